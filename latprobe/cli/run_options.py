"""The options of `latprobe run`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from latprobe.cli.option_group import option_group
from latprobe.cli.results_option import WRITTEN, results_option
from latprobe.pipeline.suite import DEFAULT_BASELINES, Overrides


@dataclass(frozen=True)
class RunOptions:
    """What the command line says of runs, each by the option of its name."""

    feed: Path | None
    forks: int | None
    messages: int | None
    by_kind: bool
    replay_tail: bool
    simulate: bool
    memory: bool
    results: Path
    baselines: Path

    @property
    def overrides(self) -> Overrides:
        """What it puts in the place of a scenario's own."""
        return Overrides(
            self.feed, self.forks, self.messages, self.simulate, self.memory, self.baselines
        )


_OPTIONS: Final = (
    click.option(
        "--feed",
        type=click.Path(path_type=Path),
        help="Replay this feed, or this recording, in the place of each scenario's own; scenarios "
        "whose target reads another protocol are left out.",
    ),
    click.option("--forks", type=click.IntRange(min=1), help="Fresh processes for each figure."),
    click.option(
        "--messages", type=click.IntRange(min=1), help="Messages that count in each fork."
    ),
    click.option("--by-kind", is_flag=True, help="Split every row by message kind."),
    click.option(
        "--replay-tail",
        is_flag=True,
        help="Run the slowest messages again, to tell those that are slow by nature from those "
        "that were slow by chance.",
    ),
    click.option(
        "--simulate",
        is_flag=True,
        help="Simulate instructions, cache and branch misses with callgrind: figures that repeat "
        "exactly.",
    ),
    click.option(
        "--memory",
        is_flag=True,
        help="Look at memory over time: resident, in use, page faults and huge pages.",
    ),
    results_option(WRITTEN),
    click.option(
        "--baselines",
        type=click.Path(file_okay=False, path_type=Path),
        default=DEFAULT_BASELINES,
        show_default=True,
        help="Folder of the baselines that budgets such as `p99 < 105% of baseline` are held "
        "against.",
    ),
)

run_options = option_group("asked", RunOptions, _OPTIONS)
"""Adds the options; the command is given them as `asked`."""
