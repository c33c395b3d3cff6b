"""What a machine was found to see, as a table."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from latprobe.report.printable import printable
from latprobe.run.calibration import Calibration
from latprobe.units import format_share


def print_calibration(
    calibration: Calibration, path: str, console: Console, *, everything: bool
) -> None:
    """Prints the smallest change of each figure, and where that is kept."""
    for line in _head(calibration):
        console.print(Text(printable(line)))
    table = Table(box=None, pad_edge=False)
    table.add_column("figure")
    table.add_column("smallest change", justify="right", no_wrap=True)
    table.add_column("what hides smaller ones")
    hidden = 0
    for it in calibration.floors:
        if it.kind is not None and not everything:
            hidden += 1
            continue
        change = "–" if it.change is None else format_share(it.change)
        table.add_row(Text(printable(it.name)), change, Text(printable(it.reason)))
    console.print(table)
    if hidden:
        console.print(Text(f"not listed: {hidden} figures of single kinds (--all)", style="dim"))
    console.print(Text(printable(f"kept in {path}")))


def _head(calibration: Calibration) -> Iterator[str]:
    yield f"{calibration.scenario}  {calibration.target} against itself"
    yield f"on {calibration.machine}"
    yield (
        f"{calibration.pairs} pairs in {calibration.seconds:.0f} s; the smallest change that "
        f"`latprobe ab` finds in {calibration.power:.0%} of sessions of "
        f"{calibration.session_s:g} s, some {calibration.session_pairs} pairs:"
    )
    yield ""
