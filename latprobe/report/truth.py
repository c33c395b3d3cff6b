"""What chains truly take, beside what was measured of them."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import MISSING
from latprobe.run.examination import FigureName, TruthFigure, TruthRow, Verdict
from latprobe.units import format_ns

_FIGURES: Final[tuple[FigureName, ...]] = ("latency mean", "latency p50", "cost")
_MARKS: Final[dict[Verdict, str]] = {"good": "✔", "worse": "?", "unsound": "✘"}
_STYLES: Final[dict[Verdict, str]] = {"good": "green", "worse": "yellow", "unsound": "bold red"}


def truth_table(rows: Sequence[TruthRow], console: Console, *, room: int) -> Table:
    """A row for each length; for each figure what was measured, its error and its mark.

    Where that does not fit into `room` columns, the error and the mark alone.
    """
    table = _table(rows, with_measured=True)
    if console.measure(table).maximum > room:
        return _table(rows, with_measured=False)
    return table


def _table(rows: Sequence[TruthRow], *, with_measured: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for heading in ("products", "true"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in _FIGURES:
        if with_measured:
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("error" if with_measured else name, justify="right", no_wrap=True)
    for row in rows:
        figures = {figure.figure: figure for figure in row.figures}
        cells = [Text(f"{row.products:,}"), Text(format_ns(row.true_ns))]
        for name in _FIGURES:
            cells += _cells(figures.get(name), row.true_ns)[0 if with_measured else 1 :]
        table.add_row(*cells)
    return table


def _cells(figure: TruthFigure | None, true_ns: float) -> list[Text]:
    """What was measured, and its error with a mark."""
    if figure is None:
        return [Text(MISSING), Text(f"{MISSING}  ")]
    error = f"{100 * figure.error_ns / true_ns:+.1f} %"
    if figure.figure == "latency p50":
        error = f"{figure.error_ns:+.2f} ns"
    mark = Text(_MARKS[figure.verdict], style=_STYLES[figure.verdict])
    return [Text(format_ns(figure.measured_ns)), Text(f"{error} ").append_text(mark)]
