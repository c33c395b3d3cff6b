"""One run, as a terminal table or as plain text."""

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.text import Text

from latprobe.report.audit_table import audit_lines
from latprobe.report.events_table import events_tables
from latprobe.report.figures_table import figures_table
from latprobe.report.findings import failure_lines, target_lines, warning_lines
from latprobe.report.header import header, title
from latprobe.report.interpreter import interpreter_lines
from latprobe.report.memory_table import memory_lines
from latprobe.report.precision import precision_of
from latprobe.report.trimmed import Trimmed
from latprobe.report.verdicts import verdict_lines
from latprobe.run.model import RunDocument


def print_run(
    run: RunDocument, console: Console, *, by_kind: bool = False, with_origin: bool = False
) -> None:
    """Prints what a run was about, its figures, its verdicts, and what else it found.

    Args:
        run: The run.
        console: Where to, see `console_for`.
        by_kind: Whether each row is split into message kinds.
        with_origin: Whether to say on which machine, and when.
    """
    precision = precision_of(run)
    console.print(Trimmed(title(run)))
    console.print(Trimmed(header(run, precision, with_origin=with_origin)))
    table = [*figures_table(run, precision, console, by_kind=by_kind)]
    if not table and run.audit is None:
        table = [Text("nothing was measured")]
    _print_block(table, console)
    _print_block(events_tables(run, console, by_kind=by_kind), console)
    _print_block(interpreter_lines(run), console)
    _print_block(memory_lines(run, console), console)
    _print_block(audit_lines(run, console, by_kind=by_kind), console)
    _print_block(verdict_lines(run.verdicts, console), console)
    _print_block([*failure_lines(run), *target_lines(run)], console)
    _print_block(warning_lines(run), console)
    console.print()


def _print_block(lines: Iterable[RenderableType], console: Console) -> None:
    """Prints lines after an empty one; nothing for none."""
    for number, line in enumerate(lines):
        if number == 0:
            console.print()
        console.print(Trimmed(line))
