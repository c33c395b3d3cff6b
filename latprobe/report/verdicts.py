"""What became of a run's budgets."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from latprobe.report.printable import printable
from latprobe.report.verdict_text import figure_text, interval_text, verdict_mark
from latprobe.run.model import VerdictRecord

_LEAST_FOR_REASON: Final = 40
_INDENT: Final = 2


def verdict_lines(verdicts: Sequence[VerdictRecord], console: Console) -> Iterator[RenderableType]:
    """A line for each budget: mark, verdict, budget, figure, interval, and why not.

    A pass is said by its figure and interval. On a narrow terminal the reason has lines of its own.
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
        if reason := _reason(verdict):
            yield Padding.indent(reason, _INDENT)


def _grid(verdicts: Sequence[VerdictRecord], *, with_reason: bool) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(no_wrap=True)
    if with_reason:
        grid.add_column(overflow="fold")
    for verdict in verdicts:
        grid.add_row(*_cells(verdict), *([_reason(verdict)] if with_reason else []))
    return grid


def _reason(verdict: VerdictRecord) -> Text:
    words = "" if verdict.verdict == "pass" else printable(verdict.reason)
    return Text(words, style="dim")


def _cells(verdict: VerdictRecord) -> list[Text]:
    return [
        verdict_mark(verdict),
        Text(printable(verdict.budget)),
        Text(figure_text(verdict)),
        Text(interval_text(verdict)),
    ]
