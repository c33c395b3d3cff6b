"""`make bench-history`: prints what histories cost and find, and writes results/history.json."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from benches import dashboard_size, history_changes, history_size
from benches.figure import Figure, unsupported
from benches.native import BenchError
from benches.table import print_figures
from latprobe.report.console import console_for
from latprobe.run.machine import describe_machine
from latprobe.run.model import Machine
from latprobe.run.whole_file import write_whole

OUT: Final = Path("results/history.json")
_RUNS: Final = 100_000


class HistoryCost(msgspec.Struct, frozen=True):
    """Everything that is measured of histories, and where; null for what could not be."""

    started: str
    machine: Machine
    figures: tuple[Figure, ...]
    size: history_size.HistorySize
    dashboard: dashboard_size.DashboardSize | None
    changes: tuple[history_changes.UnderNoise, ...] | None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--runs", type=click.IntRange(min=100), default=_RUNS, show_default=True)
@click.option(
    "--noise",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of run documents of one and the same target.  [default: 61 runs in benches/]",
)
def main(*, as_json: bool, runs: int, noise: Path | None) -> None:
    """Measures, prints and writes. A figure that does not hold fails nothing: it is to be read."""
    document = msgspec.json.format(msgspec.json.encode(_measure(runs, noise)))
    write_whole(OUT, document)
    if as_json:
        print(document.decode())
    else:
        print_figures(msgspec.json.decode(document, type=HistoryCost).figures, console_for())


def _measure(runs: int, noise: Path | None) -> HistoryCost:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    print(f"measuring a history of {runs:,} runs, which are made up", file=sys.stderr)
    size = history_size.measure(runs)
    rows = history_size.figures(size)
    changes, dashboard = None, None
    print("building a dashboard, and opening it", file=sys.stderr)
    try:
        dashboard = dashboard_size.measure()
        rows += dashboard_size.figures(dashboard)
    except BenchError as error:
        rows.append(unsupported("dashboard", str(error), ""))
    print("measuring noise, and what is found under it beside peers", file=sys.stderr)
    try:
        changes = history_changes.measure(noise)
        rows += history_changes.figures(changes)
    except BenchError as error:
        rows.append(unsupported("changes under noise", str(error), ""))
    return HistoryCost(started, describe_machine(), tuple(rows), size, dashboard, changes)


if __name__ == "__main__":
    main()
