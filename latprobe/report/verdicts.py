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
_ANY_WIDTH: Final = 10_000


def verdict_lines(verdicts: Sequence[VerdictRecord], console: Console) -> Iterator[RenderableType]:
    """A line for each budget: mark, verdict, budget, figure, interval, and why it is no pass.

    On a narrow terminal the reasons come after all of these, each behind its budget.
    """
    if not verdicts:
        return
    grid = _grid(verdicts, with_reason=False)
    explained = [verdict for verdict in verdicts if _reason(verdict)]
    unbounded = console.options.update(max_width=_ANY_WIDTH)
    room = console.width - console.measure(grid, options=unbounded).maximum
    if explained and room >= _LEAST_FOR_REASON:
        yield _grid(verdicts, with_reason=True)
        return
    if room >= 0:
        yield grid
    else:
        yield from (Text("  ").join(it for it in _cells(each) if it.plain) for each in verdicts)
    for verdict in explained:
        words = Text(f"{printable(verdict.budget)}: ", style="dim").append_text(_reason(verdict))
        yield Padding.indent(words, _INDENT)


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
