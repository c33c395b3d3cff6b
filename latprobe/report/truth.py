"""What chains truly take, beside what was measured of them."""

from collections.abc import Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from latprobe.instrument.finding import Verdict
from latprobe.instrument.truth import FigureName, TruthFigure, TruthRow
from latprobe.report.amounts import MISSING
from latprobe.units import format_ns

_FIGURES: Final[tuple[FigureName, ...]] = ("latency mean", "latency p50", "cost")
_MARKS: Final[dict[Verdict, str]] = {"good": "✔", "worse": "?", "unsound": "✘"}
_STYLES: Final[dict[Verdict, str]] = {"good": "green", "worse": "yellow", "unsound": "bold red"}


def truth_table(rows: Sequence[TruthRow]) -> Table:
    """A row for each length; for each figure what was measured, its error and its mark."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for heading in ("products", "true"):
        table.add_column(heading, justify="right", no_wrap=True)
    for figure in _FIGURES:
        table.add_column(figure, justify="right", no_wrap=True)
        table.add_column("error", justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
    for row in rows:
        figures = {figure.figure: figure for figure in row.figures}
        cells = [Text(f"{row.products:,}"), Text(format_ns(row.true_ns))]
        for name in _FIGURES:
            cells += _cells(figures.get(name), row.true_ns)
        table.add_row(*cells)
    return table


def _cells(figure: TruthFigure | None, true_ns: float) -> list[Text]:
    if figure is None:
        return [Text(MISSING), Text(MISSING), Text()]
    share = f"{100 * figure.error_ns / true_ns:+.1f} %"
    error = f"{figure.error_ns:+.2f} ns" if figure.figure == "latency p50" else share
    mark = Text(_MARKS[figure.verdict], style=_STYLES[figure.verdict])
    return [Text(format_ns(figure.measured_ns)), Text(error), mark]
