"""A soak minute by minute or hour by hour, and its worst intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from latprobe.report.soak_line import clock_text
from latprobe.report.soak_table import QUANTILES, Times, times_cells
from latprobe.units import format_bytes, format_ns, format_rate


@dataclass(frozen=True)
class WindowRow:
    """Intervals taken together.

    Attributes:
        elapsed_s: Where the first begins, counted from the start of the soak.
        seconds: How long they are together.
        messages: That were handed over.
        response: From when they were due; None where there were none.
        rss_bytes: At the end; None where it is not known.
        heap_bytes: Likewise.
        stalled_ns: What an idle control was stalled for; None without one.
        watched_ns: How long it watched.
    """

    elapsed_s: float
    seconds: float
    messages: int
    response: Times | None
    rss_bytes: float | None
    heap_bytes: float | None
    stalled_ns: float | None
    watched_ns: float | None


@dataclass(frozen=True)
class WorstInterval:
    """An interval with one of the longest response times, and what the machine did in it."""

    elapsed_s: float
    response_ns: float
    total_ns: float
    sequence: int
    late: int
    late_by_platform: int
    longest_stall_ns: float | None
    driver_stalled_ns: float


def windows_table(rows: Sequence[WindowRow]) -> Table:
    """A row for each window, with response time."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("from", no_wrap=True)
    for name in ("rate", "mean", *(name for name, _ in QUANTILES), "max", "rss", "heap", "stalled"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            Text(clock_text(row.elapsed_s)),
            Text(format_rate(row.messages / row.seconds) if row.seconds else "–"),
            *times_cells(row.response),
            Text("–" if row.rss_bytes is None else format_bytes(row.rss_bytes)),
            Text("–" if row.heap_bytes is None else format_bytes(row.heap_bytes)),
            Text(_share(row.stalled_ns, row.watched_ns)),
        )
    return table


def worst_table(worst: Sequence[WorstInterval]) -> Table:
    """A row for each, the worst first."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("worst intervals", no_wrap=True)
    names = ("response", "of it work", "message", "late", "by platform", "driver stalled")
    for name in (*names, "longest stall beside"):
        table.add_column(name, justify="right", no_wrap=True)
    for it in worst:
        beside = "–" if it.longest_stall_ns is None else format_ns(it.longest_stall_ns)
        table.add_row(
            Text(clock_text(it.elapsed_s)),
            Text(format_ns(it.response_ns)),
            Text(format_ns(it.total_ns)),
            Text(f"{it.sequence:,}"),
            Text(f"{it.late:,}"),
            Text(f"{it.late_by_platform:,}"),
            Text(format_ns(it.driver_stalled_ns)),
            Text(beside),
        )
    return table


def _share(stalled_ns: float | None, watched_ns: float | None) -> str:
    if stalled_ns is None or not watched_ns:
        return "–"
    return f"{stalled_ns / watched_ns:.2%}"
