"""A comparison as a terminal table, or as plain text."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from latprobe.report.change_rows import (
    COLUMNS,
    family_text,
    headline,
    hidden_text,
    row_of,
    shown,
    side_text,
)
from latprobe.report.fitting import empty_table
from latprobe.report.pairing import pairing_text
from latprobe.report.printable import printable
from latprobe.report.trimmed import Trimmed
from latprobe.run.change import Change, Comparison, Status

STYLES: Final[dict[Status, str]] = {
    "worse": "bold red",
    "gone": "yellow",
    "new": "cyan",
    "better": "green",
    "unproven": "yellow",
    "no change": "dim",
}
_WIDE_ENOUGH: Final = 110
"""Columns, under which the words of a change stand in a line of their own."""

_CHANGE: Final = COLUMNS.index("change")
_INDENT: Final = 2


def print_comparison(
    comparison: Comparison, exit_line: str, console: Console, *, everything: bool = False
) -> None:
    """Prints who was compared, a line for each change, what explains them, and what it comes to.

    Args:
        comparison: The comparison.
        exit_line: What the command ends with, in words.
        console: Where to, see `console_for`.
        everything: Whether figures that did not move have a line as well.
    """
    for line in _lines(comparison, exit_line, console, everything=everything):
        console.print(Trimmed(line))


def _lines(
    comparison: Comparison, exit_line: str, console: Console, *, everything: bool
) -> Iterator[RenderableType]:
    for side in (comparison.before, comparison.after):
        yield Text(printable(f"{side.label:5} {side_text(side)}"))
    yield Text(printable(f"on    {comparison.after.machine}"))
    if comparison.pairing is not None:
        yield Text(printable(f"pairs {pairing_text(comparison, comparison.pairing)}"))
    for difference in comparison.unlike:
        yield Text(printable(f"! unlike {difference}"), style="yellow")
    for note in comparison.notes:
        yield Text(printable(f"! {note}"), style="yellow")
    yield Text()
    changes = shown(comparison, everything=everything)
    if changes:
        yield from _table(changes, console)
    hidden = hidden_text(comparison, changes)
    if hidden:
        yield Text(hidden, style="dim")
    if comparison.findings:
        yield Text()
        for finding in comparison.findings:
            yield Text(printable(f"- {finding.words}"))
    yield Text()
    yield Text(f"{headline(comparison)}; {family_text(comparison)}")
    yield Text(exit_line)


def _table(changes: list[Change], console: Console) -> Iterator[RenderableType]:
    wide = console.width >= _WIDE_ENOUGH
    table = empty_table(console)
    for name in COLUMNS:
        if name == "change" and not wide:
            continue
        right = name in ("before", "after")
        fixed = name in ("before", "after", "status")
        table.add_column(name, justify="right" if right else "left", no_wrap=fixed, overflow="fold")
    if wide:
        for change in changes:
            table.add_row(*_cells(change))
        yield table
        return
    yield from _narrow(table, changes)


def _narrow(table: Table, changes: list[Change]) -> Iterator[RenderableType]:
    """Without the words, which come after the table, each behind its figure."""
    for change in changes:
        cells = _cells(change)
        table.add_row(*cells[:_CHANGE], *cells[_CHANGE + 1 :])
    yield table
    for change in changes:
        words = Text(f"{printable(change.name)}: ", style="dim")
        words.append(printable(change.words), style=f"not dim {STYLES[change.status]}")
        yield Padding.indent(words, _INDENT)


def _cells(change: Change) -> list[Text]:
    style = STYLES[change.status]
    cells = [Text(printable(it)) for it in row_of(change).cells]
    for place in (_CHANGE, len(COLUMNS) - 1):
        cells[place].stylize(style)
    return cells
