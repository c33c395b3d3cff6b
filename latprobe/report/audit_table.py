"""An audit as a terminal table or as plain text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import MISSING, messages_text
from latprobe.report.audit_source import source_line
from latprobe.report.audit_words import (
    kinds_text,
    lifetime_text,
    short_function,
    sizes_text,
    stage_text,
)
from latprobe.report.fitting import empty_table, fit
from latprobe.report.printable import printable
from latprobe.run.audited import UNKNOWN, AuditRow, audit_rows, call_sites_of
from latprobe.run.call_sites import SiteCounts
from latprobe.run.model import RunDocument
from latprobe.units import format_bytes, format_count, format_share

MOST_ROWS: Final = 40
"""Rows of a table on a terminal; a file gets them all."""


@dataclass(frozen=True)
class _Column:
    """A column of rows; `amount` gives reason to show it, where it is not always worth its room."""

    title: str
    rank: int
    text: Callable[[AuditRow], str]
    amount: Callable[[SiteCounts], int] | None = None
    is_number: bool = True


def _amount(title: str, rank: int, of: Callable[[SiteCounts], int]) -> _Column:
    def text(row: AuditRow) -> str:
        amount = of(row.counts)
        return format_count(row.each(amount)) if amount else MISSING

    return _Column(title, rank, text, of)


def _words(title: str, rank: int, of: Callable[[AuditRow], str]) -> _Column:
    return _Column(title, rank, lambda row: printable(of(row)), is_number=False)


def _bytes_text(row: AuditRow) -> str:
    return format_bytes(row.each(row.counts.bytes)) if row.counts.bytes else MISSING


def _source_text(row: AuditRow) -> str:
    """The line itself, or what it calls where the source is not at hand."""
    source = source_line(row.place.path, row.place.line)
    if source is not None:
        return source
    return f"calls {short_function(row.calls[0])}" if row.calls[0] != UNKNOWN else ""


_COLUMNS: Final = (
    _words("line", 1, lambda row: row.place.text),
    _words("function", 6, lambda row: short_function(row.place.function)),
    _words("stage", 2, lambda row: stage_text(row.stage, row.hop)),
    _words("kind", 8, kinds_text),
    _amount("allocs/msg", 1, lambda it: it.allocations),
    _amount("reallocs/msg", 4, lambda it: it.reallocations),
    _amount("frees/msg", 7, lambda it: it.frees),
    _Column("bytes/msg", 3, _bytes_text, lambda it: it.bytes),
    _Column("share", 5, lambda row: format_share(row.share) if row.share else MISSING),
    _Column("sizes", 9, lambda row: sizes_text(row.counts) or MISSING, lambda it: it.bytes),
    _Column("lifetime", 10, lambda row: lifetime_text(row.counts), lambda it: it.allocations),
    _amount("locks/msg", 4, lambda it: it.locks),
    _amount("syscalls/msg", 4, lambda it: it.system_calls),
    _words("source", 11, _source_text),
)


def audit_lines(run: RunDocument, console: Console, *, by_kind: bool) -> Iterator[RenderableType]:
    """A table of the lines that ask for something, each with its source, and what it leaves out.

    Nothing for a run that is no audit.
    """
    found = call_sites_of(run)
    if found is None:
        return
    rows = audit_rows(run, by_kind=by_kind)
    if not rows:
        what = "no allocation, no lock and no system call"
        if found.system_calls_unsupported is not None:
            what = "no allocation and no lock"
        yield Text(f"{what} in {messages_text(found.messages)}", style="green")
        return
    shown = rows[:MOST_ROWS] if console.is_terminal else rows

    def build(kept: Sequence[_Column]) -> Table:
        return _build(shown, kept, console)

    offered = [
        it for it in _COLUMNS if it.amount is None or any(it.amount(row.counts) for row in rows)
    ]
    fitted = fit(offered, build, console)
    yield fitted.table
    note = fitted.note()
    if note is not None:
        yield note
    if len(shown) < len(rows):
        yield Text(f"and {len(rows) - len(shown)} rows more: see --format markdown", style="dim")
    yield from _legend(rows, by_kind=by_kind)


def _build(rows: Sequence[AuditRow], columns: Sequence[_Column], console: Console) -> Table:
    table = empty_table(console)
    table.add_column("", no_wrap=True)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column.is_number else "left"
        table.add_column(column.title, justify=justify, no_wrap=True)
    for row in rows:
        mark = Text("✘", style="bold red") if row.critical else Text()
        cells = [column.text(row) for column in columns]
        table.add_row(mark, *(Text(it, style="dim" if it == MISSING else "") for it in cells))
    return table


def _legend(rows: Sequence[AuditRow], *, by_kind: bool) -> Iterator[Text]:
    of = "of the kind" if by_kind else "of the run"
    words = f"amounts are for each message {of}; lifetime: `message` for blocks given back within "
    yield Text(f"{words}it", style="dim")
    if any(row.critical for row in rows):
        yield Text("✘ breaks a budget of zero", style="dim")
