"""Targets of a family on one feed, beside each other."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from latprobe.report.agreement import agreement_lines
from latprobe.report.amounts import ratio_text
from latprobe.report.by_kind import by_kind_table, fastest_by_kind
from latprobe.report.cell import NO_FIGURE, Cell
from latprobe.report.column import (
    END_TO_END_COLUMNS,
    FAMILY_COLUMNS,
    RESPONSE_COLUMNS,
    Column,
)
from latprobe.report.disagreement import Disagreement
from latprobe.report.failure import failures_of
from latprobe.report.fitting import empty_table, fit
from latprobe.report.header import feed_text
from latprobe.report.member import Member, members_of
from latprobe.report.precision import Precision
from latprobe.report.printable import printable
from latprobe.report.trimmed import Trimmed
from latprobe.run.model import Figure, RunDocument

_FASTER: Final = "faster"


def print_families(
    runs: Sequence[RunDocument],
    disagreements: Sequence[tuple[str, Disagreement]],
    console: Console,
    *,
    by_kind: bool = False,
) -> None:
    """Prints a table for each family and feed of which there is more than one run.

    Args:
        runs: The runs of a suite, in its order. In each family, the others are held against the
            target that is called *before*, or else against the first.
        disagreements: What targets of a family understood differently, by the family's name.
        console: Where to, see `console_for`.
        by_kind: Whether a table of mean latencies by message kind follows each.
    """
    families: dict[tuple[str, str], list[RunDocument]] = {}
    for run in runs:
        families.setdefault((run.target.family, run.feed.sha256), []).append(run)
    for (family, _), its_runs in families.items():
        if len(its_runs) > 1:
            words = [it.words for name, it in disagreements if name == family]
            _print_family(members_of(its_runs), words, console, by_kind=by_kind)


def _print_family(
    members: Sequence[Member], disagreements: Sequence[str], console: Console, *, by_kind: bool
) -> None:
    first = members[0].run
    title = Text(printable(first.target.family), style="bold")
    console.print(title.append(f"  on {printable(feed_text(first.feed))}", style="not bold"))
    offered = (
        *FAMILY_COLUMNS,
        *RESPONSE_COLUMNS,
        *END_TO_END_COLUMNS,
        _faster_than(members[0]),
    )
    columns = [
        column
        for column in offered
        if column.is_worth_showing(it for member in members if (it := _figure(member, column)))
    ]
    fitted = fit(columns, lambda kept: _table(members, kept, console), console)
    console.print(Trimmed(fitted.table))
    for line in (
        fitted.note(),
        _meaning_of_faster(fitted.columns, members[0]),
        *_failures(members),
        *agreement_lines(members, disagreements),
        fastest_by_kind(members),
    ):
        if line is not None:
            console.print(Trimmed(line))
    if by_kind:
        for block in by_kind_table(members, console):
            console.print(Trimmed(block))
    console.print()


def _table(members: Sequence[Member], columns: Sequence[Column], console: Console) -> Table:
    table = empty_table(console)
    table.add_column("target", overflow="fold")
    for column in columns:
        table.add_column(column.title, justify="right", no_wrap=True)
    for member in members:
        cells = [_cell(member, column).rendered() for column in columns]
        table.add_row(Text(printable(member.name)), *cells)
    return table


def _cell(member: Member, column: Column) -> Cell:
    figure, precision = _figure(member, column), member.precision
    if column in END_TO_END_COLUMNS and precision is not None:
        precision = precision.across_threads()
    return NO_FIGURE if figure is None else column.cell(figure, precision)


def _figure(member: Member, column: Column) -> Figure | None:
    if column in END_TO_END_COLUMNS:
        return member.end_to_end
    return member.response if column in RESPONSE_COLUMNS else member.total


def _faster_than(first: Member) -> Column:
    """How many times the cost of a message was with the first target."""
    base_ns = first.total.cost_ns if first.total is not None else None

    def cell(figure: Figure, _: Precision | None) -> Cell:
        if not base_ns or not figure.cost_ns:
            return NO_FIGURE
        return Cell(ratio_text(base_ns / figure.cost_ns))

    return Column(_FASTER, 0, cell)


def _meaning_of_faster(columns: Sequence[Column], first: Member) -> Text | None:
    if all(column.title != _FASTER for column in columns):
        return None
    words = f"{_FASTER}: the cost of {printable(first.name)} over a target's own"
    return Text(words, style="dim")


def _failures(members: Sequence[Member]) -> Iterator[Text]:
    for member in members:
        for words in failures_of(member.run):
            yield Text(printable(f"✘ {member.name}: {words}"), style="bold red")
