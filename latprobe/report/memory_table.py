"""Memory over time, as a table: where each series began, where it ended, and how fast it grew."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import MISSING
from latprobe.report.fitting import empty_table
from latprobe.run.memory import IN_BYTES, MemoryFigure, MemoryPass
from latprobe.run.model import RunDocument
from latprobe.units import format_bytes, format_count, format_growth, format_ns

_MILLION: Final = 1e6


def memory_lines(run: RunDocument, console: Console) -> Iterator[RenderableType]:
    """How memory was looked at, the table, and what is not in it; nothing without the pass."""
    if not run.memory:
        return
    forks = [it.result for it in run.forks if isinstance(it.result, MemoryPass)]
    yield Text(_title(forks))
    table = empty_table(console)
    table.add_column("")
    for name in ("first", "last", "most", "growth", "slope", "95 %"):
        table.add_column(name, justify="right", no_wrap=True)
    for figure in run.memory:
        _add(table, figure)
    yield table
    if all(it.series != "heap" for it in run.memory):
        words = f"{MISSING} heap: unsupported: the interpreter has an allocator of its own"
        yield Text(words)
        advice = '  `PYTHONMALLOC = "malloc"` in [env] has it take all its memory from malloc'
        yield Text(advice, style="dim")


def _title(forks: list[MemoryPass]) -> str:
    """A thinned document has no forks to say more of."""
    if not forks:
        return "memory over time"
    looks = sum(len(it.samples.messages) for it in forks)
    each_ns = sum(it.looking_ns for it in forks) / looks
    own = max(it.own_rss_bytes for it in forks)
    count = f"{len(forks)} forks" if len(forks) > 1 else "1 fork"
    return (
        f"memory over {forks[0].messages - forks[0].warmup:,} messages, in {count}, "
        f"{len(forks[0].samples.messages)} looks of {format_ns(each_ns)} at each; "
        f"{format_bytes(own)} resident before there was a target, without the feed"
    )


def _add(table: Table, figure: MemoryFigure) -> None:
    interval = MISSING
    if figure.slope_interval is not None:
        low, high = (_slope(it, figure) for it in figure.slope_interval)
        interval = f"{low} to {high}"
    cells = [_amount(it, figure) for it in (figure.first, figure.last, figure.most, figure.growth)]
    table.add_row(figure.series, *cells, _slope(figure.slope, figure), interval)


def _amount(value: float, figure: MemoryFigure) -> str:
    return format_bytes(round(value)) if figure.series in IN_BYTES else format_count(value)


def _slope(per_message: float, figure: MemoryFigure) -> str:
    if figure.series in IN_BYTES:
        return format_growth(per_message)
    return f"{format_count(per_message * _MILLION)} /Mmsg"
