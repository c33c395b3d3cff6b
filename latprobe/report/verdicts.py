"""What became of a run's budgets."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import MISSING, amount_text
from latprobe.report.printable import printable
from latprobe.run.model import VerdictRecord

MARKS: Final = {"pass": "✔", "fail": "✘", "unproven": "?"}
STYLES: Final = {"pass": "green", "fail": "bold red", "unproven": "yellow"}

_LEAST_FOR_REASON: Final = 40
_INDENT: Final = 2


def verdict_lines(verdicts: Sequence[VerdictRecord], console: Console) -> Iterator[RenderableType]:
    """A line for each budget: mark, verdict, budget, figure, interval, reason.

    On a narrow terminal the reason has lines of its own.
    """
    if not verdicts:
        return
    without_reason = _grid(verdicts, with_reason=False)
    room = console.width - console.measure(without_reason).maximum
    if room >= _LEAST_FOR_REASON:
        yield _grid(verdicts, with_reason=True)
        return
    for verdict in verdicts:
        yield Text("  ").join(cell for cell in _cells(verdict) if cell.plain)
        yield Padding.indent(Text(printable(verdict.reason), style="dim"), _INDENT)


def verdict_mark(verdict: VerdictRecord) -> Text:
    """The mark and the word, so that colour is not needed."""
    return Text(f"{MARKS[verdict.verdict]} {verdict.verdict}", style=STYLES[verdict.verdict])


def figure_text(verdict: VerdictRecord) -> str:
    """What was measured: a figure, a bound, or that there is none."""
    if verdict.figure is not None:
        return amount_text(verdict.figure, verdict.unit)
    if verdict.interval is not None:
        return f"< {amount_text(verdict.interval[1], verdict.unit)}"
    return MISSING


def _grid(verdicts: Sequence[VerdictRecord], *, with_reason: bool) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "left", "right", "left"):
        grid.add_column(justify=justify, no_wrap=True)  # type: ignore[arg-type]
    if with_reason:
        grid.add_column(overflow="fold")
    for verdict in verdicts:
        reason = [Text(printable(verdict.reason), style="dim")] if with_reason else []
        grid.add_row(*_cells(verdict), *reason)
    return grid


def _cells(verdict: VerdictRecord) -> list[Text]:
    budget = Text(printable(verdict.budget))
    return [verdict_mark(verdict), budget, Text(figure_text(verdict)), Text(_interval(verdict))]


def _interval(verdict: VerdictRecord) -> str:
    """Where the figure lies; nothing for an exact one, and for a bound, which says it itself."""
    if verdict.figure is None or verdict.interval is None:
        return ""
    low, high = verdict.interval
    if low == high:
        return "exact"
    return f"{amount_text(low, verdict.unit)} to {amount_text(high, verdict.unit)}"
