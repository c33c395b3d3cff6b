"""Targets of a family, message kind by message kind."""

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import step_text
from latprobe.report.cell import Cell, mean_cell
from latprobe.report.fitting import empty_table
from latprobe.report.member import Member
from latprobe.report.printable import printable


def fastest_by_kind(members: Sequence[Member]) -> Text | None:
    """On how many kinds each target is the fastest, or level with it.

    None where there are no two targets whose kinds were timed.
    """
    timed = [member for member in members if member.typical_ns]
    kinds = _kinds(timed)
    if len(timed) < 2:  # noqa: PLR2004
        return None
    level_ns = max(member.level_ns for member in timed)
    wins = {member.name: 0 for member in timed}
    for kind in kinds:
        times = {it.name: it.typical_ns[kind] for it in timed if kind in it.typical_ns}
        for name, time_ns in times.items():
            wins[name] += time_ns <= min(times.values()) + level_ns
    counts = ", ".join(f"{printable(name)} {count}" for name, count in wins.items())
    words = f"fastest, or level within {step_text(level_ns)}, by kind: {counts} of {len(kinds)}"
    return Text(words)


def by_kind_table(members: Sequence[Member], console: Console) -> Iterator[RenderableType]:
    """What each kind typically takes under each target."""
    kinds = _kinds(members)
    if not kinds:
        return
    yield Text("latency by kind, mean of the quickest 99 %")
    table: Table = empty_table(console)
    table.add_column("kind", overflow="fold")
    table.add_column("messages", justify="right")
    for member in members:
        table.add_column(Text(printable(member.name)), justify="right", overflow="fold")
    for kind in kinds:
        cells = (_cell(member, kind).rendered() for member in members)
        most = max(member.messages.get(kind, 0) for member in members)
        table.add_row(Text(printable(kind)), f"{most:,}", *cells)
    yield table


def _kinds(members: Sequence[Member]) -> list[str]:
    return list(dict.fromkeys(kind for member in members for kind in member.typical_ns))


def _cell(member: Member, kind: str) -> Cell:
    return mean_cell(member.typical_ns.get(kind), member.precision)
