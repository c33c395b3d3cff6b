"""`make bench-stats`: prints how right the statistics are, and writes it to results/stats.json."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from benches.figure import Figure, unsupported
from benches.native import BenchError
from benches.stats.counts import FULL, USUAL, counts_of
from benches.stats.sections import SECTIONS
from benches.table import print_figures
from latprobe.report.console import console_for
from latprobe.run.machine import describe_machine
from latprobe.run.model import Machine
from latprobe.run.whole_file import write_whole

OUT: Final = Path("results/stats.json")


class Statistics(msgspec.Struct, frozen=True):
    """What was found out about the statistics, and where; a section that failed has no details."""

    started: str
    trials: int
    machine: Machine
    figures: tuple[Figure, ...]
    sections: dict[str, Any]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--only",
    type=click.Choice([it.name for it in SECTIONS]),
    multiple=True,
    help="Measure this section alone; may be given more than once.",
)
@click.option(
    "--trials",
    type=click.IntRange(min=1),
    default=USUAL,
    show_default=True,
    help="Comparisons of a target with itself; half as many with one that is 3 % slower, an eighth "
    "with one that has a longer tail, a twentieth by other tools. "
    f"{USUAL} take some {counts_of(USUAL).minutes} minutes, {FULL} some {counts_of(FULL).minutes}.",
)
def main(*, as_json: bool, only: tuple[str, ...], trials: int) -> None:
    """Measures, prints and writes. A figure that does not hold fails nothing: it is to be read."""
    document = msgspec.json.format(msgspec.json.encode(_measure(only, trials)))
    write_whole(OUT, document)
    if as_json:
        print(document.decode())
    else:
        print_figures(msgspec.json.decode(document, type=Statistics).figures, console_for())


def _measure(only: tuple[str, ...], trials: int) -> Statistics:
    counts = counts_of(trials)
    if not only:
        print(f"this takes some {counts.minutes} minutes", file=sys.stderr)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    figures: list[Figure] = []
    details: dict[str, Any] = {}
    for section in SECTIONS:
        if only and section.name not in only:
            continue
        print(f"measuring {section.name}", file=sys.stderr)
        try:
            found = section.measure(counts)
        except BenchError as error:
            figures.append(unsupported(section.name, str(error), ""))
            continue
        figures += found.figures
        details[section.name] = found.details
    return Statistics(started, trials, describe_machine(), tuple(figures), details)


if __name__ == "__main__":
    main()
