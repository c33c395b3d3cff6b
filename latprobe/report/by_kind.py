"""Targets of a family, message kind by message kind."""

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import step_text
from latprobe.report.cell import NO_FIGURE, Cell, mean_cell
from latprobe.report.fitting import empty_table
from latprobe.report.member import Member
from latprobe.report.printable import printable


def fastest_by_kind(members: Sequence[Member]) -> Text | None:
    """On how many kinds each target has the lowest mean latency, or one level with it.

    Level are means that the error of the clock's offset cannot tell apart. None where there are no
    two targets whose kinds were timed.
    """
    timed = [member for member in members if _means(member)]
    kinds = _kinds(timed)
    if len(timed) < 2:  # noqa: PLR2004
        return None
    error_ns = max(member.precision.offset_error_ns for member in timed if member.precision)
    wins = {member.name: 0 for member in timed}
    for kind in kinds:
        means = {it.name: _means(it)[kind] for it in timed if kind in _means(it)}
        for name, mean_ns in means.items():
            wins[name] += mean_ns <= min(means.values()) + error_ns
    counts = ", ".join(f"{printable(name)} {count}" for name, count in wins.items())
    return Text(
        f"lowest mean latency, or level within {step_text(error_ns)}, by kind: "
        f"{counts} of {len(kinds)}"
    )


def by_kind_table(members: Sequence[Member], console: Console) -> Iterator[RenderableType]:
    """Mean latency of each kind under each target."""
    kinds = _kinds(members)
    if not kinds:
        return
    yield Text("mean latency by kind")
    table: Table = empty_table(console)
    table.add_column("kind", overflow="fold")
    for member in members:
        table.add_column(Text(printable(member.name)), justify="right", overflow="fold")
    for kind in kinds:
        cells = (_mean(member, kind).rendered() for member in members)
        table.add_row(Text(printable(kind)), *cells)
    yield table


def _kinds(members: Sequence[Member]) -> list[str]:
    return list(dict.fromkeys(kind for member in members for kind in _means(member)))


def _means(member: Member) -> dict[str, float]:
    """Mean latency of each kind in nanoseconds; none where it is not known how good they are."""
    if member.precision is None:
        return {}
    return {
        kind: figure.mean_ns for kind, figure in member.kinds.items() if figure.mean_ns is not None
    }


def _mean(member: Member, kind: str) -> Cell:
    mean_ns = _means(member).get(kind)
    return NO_FIGURE if mean_ns is None else mean_cell(mean_ns, member.precision)
