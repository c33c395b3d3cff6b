"""The options that say what a new soak is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from latprobe.cli.option_group import option_group
from latprobe.driver.soak.stress import KINDS
from latprobe.units import parse_duration


@dataclass(frozen=True)
class NewSoak:
    """What the command line says of a soak that is begun, each by the option of its name."""

    duration: float
    rate: str | None
    speed: float | None
    pattern: str | None
    feed: Path | None
    interval: float
    budgets: tuple[str, ...]
    stress: tuple[str, ...]
    cores: bool
    results: Path


class Duration(click.ParamType[float]):
    """A length of time, in seconds."""

    name = "TIME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Reads it."""
        if isinstance(value, float):
            return value
        try:
            return parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


_OPTIONS: Final = (
    click.option(
        "--duration", type=Duration(), default=3600.0, help="How long, such as 24h. Default: 1h."
    ),
    click.option("--rate", help="Messages a second, such as 100k/s."),
    click.option("--speed", type=float, help="How many times as fast as it was recorded."),
    click.option(
        "--pattern", help="`burst RATE ON OFF`, such as `burst 1M/s 1ms 9ms`, or `poisson RATE`."
    ),
    click.option(
        "--feed",
        type=click.Path(exists=True, path_type=Path),
        help="Replay this feed, or those of this folder in turn, in the place of the scenario's "
        "own.",
    ),
    click.option(
        "--interval", type=Duration(), default=10.0, help="Length of an interval. Default: 10s."
    ),
    click.option(
        "--budget",
        "budgets",
        multiple=True,
        help="Hold the soak to this as well, such as 'heap slope < 1kB/h'; may be given again.",
    ),
    click.option(
        "--stress",
        multiple=True,
        type=click.Choice(KINDS),
        help="Make it hard on purpose: stop the target's process for 50 ms every 5 s, fill memory "
        "that is given out and comes back (MALLOC_PERTURB_), step the target's clock on the wall "
        "by 1 s every 5 s, forward and back in turn, or put the machine under pressure by "
        "stress-ng; may be given again.",
    ),
    click.option(
        "--cores", is_flag=True, help="Let the kernel keep a core of a target that crashes."
    ),
    click.option(
        "--results",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("results/soaks"),
        show_default=True,
        help="Folder for the soak's own folder.",
    ),
)


says_what_is_soaked = option_group("new", NewSoak, _OPTIONS)
"""Adds the options; the command is given them as `new`."""
