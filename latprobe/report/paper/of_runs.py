"""What a report says of runs, and which parts it has."""

from collections.abc import Iterator, Sequence
from typing import Final

from latprobe.report.column import MESSAGES, RUN_COLUMNS
from latprobe.report.failure import failures_of
from latprobe.report.figures_table import lines_under
from latprobe.report.header import header_facts
from latprobe.report.paper.model import (
    Block,
    Facts,
    Grid,
    Notes,
    Paper,
    Picture,
    Section,
    Words,
)
from latprobe.report.paper.of_comparison import comparison_section
from latprobe.report.paper.of_soak import SoakPart
from latprobe.report.paper.verdict_grid import summary_grid, summary_row, verdict_grid
from latprobe.report.plot import drawn
from latprobe.report.precision import precision_of
from latprobe.report.row import cells_of, rows_of
from latprobe.report.verdict_text import MARKS
from latprobe.run.change import Comparison
from latprobe.run.measured import TOTAL
from latprobe.run.model import RunDocument
from latprobe.run.service import MESSAGE_TO_DECISION

_MOST_LINES: Final = 7
"""Of a plot: as many as there are colours that can be told apart."""


def paper_of(
    runs: Sequence[RunDocument],
    comparison: Comparison | str | None = None,
    *,
    soaks: Sequence[SoakPart] = (),
    by_kind: bool = False,
) -> Paper:
    """A report of runs and soaks, of which there is at least one.

    Args:
        runs: Any.
        comparison: Of the first two; or why they cannot be compared.
        soaks: Any.
        by_kind: Whether tables are split by message kinds.
    """
    soaked = [it.document for it in soaks]
    scenarios = (*(it.scenario for it in runs), *(it.scenario for it in soaked))
    names = ", ".join(dict.fromkeys(it.name for it in scenarios))
    rows = [summary_row(it, "a fork failed" if failures_of(it) else "") for it in runs]
    rows += [summary_row(it, "" if it.failure is None else it.failure.reason) for it in soaked]
    sections = [Section("Verdicts", (summary_grid(rows),))]
    if len(runs) > 1:
        sections += _laid_over(runs)
    if isinstance(comparison, Comparison):
        sections.append(comparison_section(comparison))
    elif comparison is not None:
        sections.append(Section("Before and after", (Notes((Words(comparison, "doubt"),)),)))
    sections += [run_section(run, by_kind=by_kind) for run in runs]
    sections += [it.section for it in soaks]
    return Paper(f"latprobe: {names}", tuple(sections))


def run_section(run: RunDocument, *, by_kind: bool = False) -> Section:
    """What a report says of one run: what it was about, verdicts, figures, a plot and warnings."""
    precision = precision_of(run)
    facts = tuple(header_facts(run, precision, with_origin=True).items())
    blocks: list[Block] = []
    if run.scenario.description:
        blocks.append(Notes((Words(run.scenario.description),)))
    blocks.append(Facts(facts))
    failures = tuple(Words(f"{MARKS['fail']} {it}", "bad") for it in failures_of(run))
    if failures:
        blocks.append(Notes(failures))
    if run.verdicts:
        blocks.append(verdict_grid(run.verdicts))
    if run.figures:
        blocks += _figures(run, by_kind=by_kind)
    if run.warnings:
        warnings = dict.fromkeys(f"{it.problem}: {it.advice}" for it in run.warnings)
        blocks.append(Notes(tuple(Words(it, "doubt") for it in warnings)))
    return Section(f"{run.scenario.name}, {run.started}", tuple(blocks))


def _laid_over(runs: Sequence[RunDocument]) -> Iterator[Section]:
    whole = [run for run in runs if _has(run, _whole_of(run))][:_MOST_LINES]
    if len({_whole_of(run) for run in whole}) == 1 and len(whole) > 1:
        draw = drawn(whole, stages=(_whole_of(whole[0]),))
        caption = "Whole messages: how long, and which share of them took no longer"
        yield Section("Percentiles", (Picture(caption, draw),))


def _figures(run: RunDocument, *, by_kind: bool) -> Iterator[Block]:
    precision = precision_of(run)
    rows = rows_of(run, by_kind=by_kind)
    measured = [row.figure for row in rows if row.figure is not None]
    offered = (MESSAGES, *RUN_COLUMNS) if by_kind else RUN_COLUMNS
    columns = [it for it in offered if it.is_worth_showing(measured)]
    cells = [
        (
            Words("\N{NO-BREAK SPACE}" * 2 * row.depth + row.name),
            *(Words(it.rendered().plain) for it in cells_of(row, columns, precision)),
        )
        for row in rows
    ]
    names = ("stage", *(it.title for it in columns))
    yield Grid(names, tuple(cells), frozenset(range(1, len(names))))
    lines = lines_under(run, rows, columns, precision)
    yield Notes(tuple(Words(it.plain, "dim") for it in lines))
    stages = [it for it in dict.fromkeys(row.stage for row in run.figures) if _has(run, it)]
    if stages:
        # The whole stands last in the document, and is what everybody looks at first.
        shown = stages[-1:] + stages[:-1]
        caption = "How long, and which share of messages took no longer"
        yield Picture(caption, drawn([run], stages=shown[:_MOST_LINES]))
    elif run.thinned:
        yield Notes((Words("its histograms are gone: it was thinned", "dim"),))


def _has(run: RunDocument, stage: str) -> bool:
    return any(
        it.stage == stage and it.kind is None and it.is_usual and it.histogram is not None
        for it in run.figures
    )


def _whole_of(run: RunDocument) -> str:
    return TOTAL if run.target.service is None else MESSAGE_TO_DECISION
