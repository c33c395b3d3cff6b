"""Source lines by instructions and misses, as a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from latprobe.report.fitting import empty_table
from latprobe.report.printable import printable
from latprobe.report.trimmed import Trimmed
from latprobe.run.annotation import AnnotatedLine, Annotation
from latprobe.units import format_bytes, format_count, format_share

_SHOWN: Final = ("instructions", "L1d-misses", "LLC-misses", "branch-misses")
_TITLES: Final = ("instr/msg", "L1d-miss", "LLC-miss", "br-miss")
_MOST_SOURCE: Final = 60
_MANY_WITHOUT_LINES: Final = 0.2


def print_annotation(annotation: Annotation, console: Console, *, top: int, by: str) -> None:
    """Prints the lines with the most of an event, and what they are a part of.

    Args:
        annotation: What was found.
        console: Where to, see `console_for`.
        top: How many lines.
        by: The event that they are ordered by.
    """
    lines = ordered(annotation.lines, by)[:top]
    caches = annotation.caches
    sizes = (caches.instructions, caches.data, caches.last_level)
    words = ", ".join(
        f"{name} {format_bytes(it.size_bytes)}"
        for name, it in zip(("I1", "D1", "LL"), sizes, strict=True)
    )
    head = (
        f"{annotation.target}: {format_count(annotation.instructions)} instructions a message, "
        f"simulated by {annotation.valgrind} over {annotation.messages:,} messages; caches of "
        f"{caches.source}: {words}"
    )
    console.print(Trimmed(Text(printable(annotation.scenario), style="bold")))
    console.print(Trimmed(Text(printable(head))))
    console.print()
    console.print(Trimmed(_table(lines, console)))
    shown = sum(it.share for it in lines)
    left = len(annotation.lines) - len(lines)
    note = f"{format_share(shown)} of all instructions; {left:,} more lines have the others"
    console.print(Trimmed(Text(note, style="dim")))
    if annotation.without_lines > _MANY_WITHOUT_LINES:
        advice = (
            f"! of {format_share(annotation.without_lines)} of the instructions the line is not "
            'known: build the target with line tables (`debug = "line-tables-only"` in Cargo\'s '
            "profile, or `-g1`)"
        )
        console.print(Trimmed(Text(advice)))
    console.print()


def ordered(lines: Sequence[AnnotatedLine], by: str) -> list[AnnotatedLine]:
    """The lines with the most of an event first; those with none of it left out."""
    having = [it for it in lines if it.events.get(by)]
    return sorted(having, key=lambda it: -it.events[by])


def _table(lines: Sequence[AnnotatedLine], console: Console) -> Table:
    table = empty_table(console)
    for title in ("share", *_TITLES):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("stage", overflow="fold")
    table.add_column("line", overflow="fold")
    table.add_column("source", overflow="fold")
    for it in lines:
        amounts = (format_count(it.events.get(event, 0.0)) for event in _SHOWN)
        stages = sorted(it.stages, key=lambda stage: -it.stages[stage])
        source = (it.source or it.function)[:_MOST_SOURCE]
        table.add_row(
            format_share(it.share),
            *amounts,
            Text(printable(", ".join(stages))),
            Text(printable(_place(it))),
            Text(printable(source), style="" if it.source else "dim"),
        )
    return table


def _place(it: AnnotatedLine) -> str:
    """The line, its file by as much of the path as the reader needs."""
    if it.file is None:
        return "no line"
    below_here = it.file.removeprefix(f"{Path.cwd()}/")
    short = below_here if below_here != it.file else "/".join(it.file.split("/")[-3:])
    return f"{short}:{it.line}"
