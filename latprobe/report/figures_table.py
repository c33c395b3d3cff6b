"""The table of one run's figures."""

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import MISSING, step_text
from latprobe.report.cell import FEWEST_BEYOND, NO_FIGURE, Cell
from latprobe.report.column import COST, MESSAGES, RUN_COLUMNS, Column
from latprobe.report.fitting import empty_table, fit
from latprobe.report.pace import pace_lines
from latprobe.report.precision import Precision
from latprobe.report.printable import printable
from latprobe.report.queues import queue_lines
from latprobe.report.row import Row, cells_of, rows_of
from latprobe.report.service import service_lines
from latprobe.run.model import RunDocument
from latprobe.units import format_rate


def figures_table(
    run: RunDocument, precision: Precision | None, console: Console, *, by_kind: bool
) -> Iterator[RenderableType]:
    """A row for each stage, span and the total, each followed by its kinds if wanted; a legend.

    Nothing where the run has no figure.
    """
    if not run.figures:
        return
    rows = rows_of(run, by_kind=by_kind)
    figures = [row.figure for row in rows if row.figure is not None]
    offered = (MESSAGES, *RUN_COLUMNS) if by_kind else RUN_COLUMNS
    columns = [column for column in offered if column.is_worth_showing(figures)]

    def build(kept: Sequence[Column]) -> Table:
        return _build(rows, kept, precision, console)

    fitted = fit(columns, build, console)
    yield fitted.table
    note = fitted.note()
    if note is not None:
        yield note
    yield from lines_under(run, rows, fitted.columns, precision)


def lines_under(
    run: RunDocument, rows: Sequence[Row], columns: Sequence[Column], precision: Precision | None
) -> Iterator[Text]:
    """What is said under a table of these rows and columns, and what its marks mean."""
    yield from _throughput(run, rows)
    yield from queue_lines(run)
    yield from service_lines(run)
    yield from pace_lines(run)
    cells = [cell for row in rows for cell in cells_of(row, columns, precision)]
    yield from _legend(cells, columns, run, precision)


def _build(
    rows: Sequence[Row], columns: Sequence[Column], precision: Precision | None, console: Console
) -> Table:
    table = empty_table(console)
    table.add_column("stage", overflow="fold")
    for column in columns:
        table.add_column(column.title, justify="right", no_wrap=True)
    for row in rows:
        name = Text("  " * row.depth + printable(row.name))
        cells = [cell.rendered() for cell in cells_of(row, columns, precision)]
        table.add_row(name, *cells, style="bold" if row.is_total else "", end_section=row.is_last)
    return table


def _throughput(run: RunDocument, rows: Sequence[Row]) -> Iterator[Text]:
    where = "until the last thread was done" if run.target.hops else "on one core"
    for row in rows:
        if row.is_total and row.figure is not None and row.figure.throughput_per_s is not None:
            yield Text(f"throughput {format_rate(row.figure.throughput_per_s)} {where}")


def _legend(
    cells: Sequence[Cell],
    columns: Sequence[Column],
    run: RunDocument,
    precision: Precision | None,
) -> Iterator[Text]:
    """What the marks in the table mean: those that are there."""
    if any(cell.is_bound for cell in cells) and precision is not None:
        words = f"the instrument sees no finer: times to {step_text(precision.step_ns)}"
        if precision.offset_error_ns:
            words += f", their mean to {step_text(precision.offset_error_ns)}"
        if precision.skew_ns:
            words += f"; across threads {step_text(precision.skew_ns)} more, by their CPUs' clocks"
        yield _note("<", words)
    if any(cell.is_doubtful for cell in cells):
        words = f"fewer than {FEWEST_BEYOND} messages lie beyond it: single ones decide where it is"
        yield _note("~", words)
    if NO_FIGURE in cells:
        words = "not measured"
        if COST in columns and len(run.target.stages) > 1:
            words += "; cost cannot tell stages or kinds apart, latency can"
        yield _note(MISSING, words)


def _note(mark: str, words: str) -> Text:
    return Text(f"{mark} {words}", style="dim")
