"""What a report says of runs."""

from collections import Counter
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
    Tone,
    Words,
)
from latprobe.report.paper.of_comparison import comparison_section
from latprobe.report.plot import drawn
from latprobe.report.precision import precision_of
from latprobe.report.row import cells_of, rows_of
from latprobe.report.verdict_text import MARKS, figure_text, interval_text
from latprobe.run.change import Comparison
from latprobe.run.measured import TOTAL
from latprobe.run.model import RunDocument, VerdictRecord
from latprobe.run.service import MESSAGE_TO_DECISION

TONES: Final[dict[str, Tone]] = {"pass": "good", "fail": "bad", "unproven": "doubt"}
_ORDER: Final = ("fail", "unproven", "pass")
_MOST_LINES: Final = 7
"""Of a plot: as many as there are colours that can be told apart."""


def paper_of(
    runs: Sequence[RunDocument],
    comparison: Comparison | str | None = None,
    *,
    by_kind: bool = False,
) -> Paper:
    """A report of runs.

    Args:
        runs: At least one.
        comparison: Of the first two; or why they cannot be compared.
        by_kind: Whether tables are split by message kinds.
    """
    names = ", ".join(dict.fromkeys(run.scenario.name for run in runs))
    sections = [Section("Verdicts", (_summary(runs),))]
    if len(runs) > 1:
        sections += _laid_over(runs)
    if isinstance(comparison, Comparison):
        sections.append(comparison_section(comparison))
    elif comparison is not None:
        sections.append(Section("Before and after", (Notes((Words(comparison, "doubt"),)),)))
    sections += [run_section(run, by_kind=by_kind) for run in runs]
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
        blocks.append(_verdicts(run.verdicts))
    if run.figures:
        blocks += _figures(run, by_kind=by_kind)
    if run.warnings:
        warnings = dict.fromkeys(f"{it.problem}: {it.advice}" for it in run.warnings)
        blocks.append(Notes(tuple(Words(it, "doubt") for it in warnings)))
    return Section(f"{run.scenario.name}, {run.started}", tuple(blocks))


def _summary(runs: Sequence[RunDocument]) -> Grid:
    rows = []
    for run in runs:
        counts = Counter(it.verdict for it in run.verdicts)
        words = ", ".join(f"{counts[it]} {it}" for it in _ORDER if counts[it]) or "no budgets"
        worst = next((it for it in _ORDER if counts[it]), "")
        tone: Tone = TONES.get(worst, "dim")
        mark = f"{MARKS[worst]} " if worst else ""
        if failures_of(run):
            mark, tone = f"{MARKS['fail']} a fork failed; ", "bad"
        revision = (run.target.git_revision or "unknown")[:12]
        rows.append(
            (
                Words(run.scenario.name),
                Words(f"{mark}{words}", tone),
                Words(run.target.name),
                Words(revision),
                Words(run.started),
                Words(run.id, "dim"),
            )
        )
    columns = ("scenario", "verdict", "target", "revision", "started", "run")
    return Grid(columns, tuple(rows))


def _laid_over(runs: Sequence[RunDocument]) -> Iterator[Section]:
    whole = [run for run in runs if _has(run, _whole_of(run))][:_MOST_LINES]
    if len({_whole_of(run) for run in whole}) == 1 and len(whole) > 1:
        draw = drawn(whole, stages=(_whole_of(whole[0]),))
        caption = "Whole messages: how long, and which share of them took no longer"
        yield Section("Percentiles", (Picture(caption, draw),))


def _verdicts(verdicts: Sequence[VerdictRecord]) -> Grid:
    rows = [
        (
            Words(f"{MARKS[it.verdict]} {it.verdict}", TONES[it.verdict]),
            Words(it.budget),
            Words(figure_text(it)),
            Words(interval_text(it)),
            Words("" if it.verdict == "pass" else it.reason, "dim"),
        )
        for it in sorted(verdicts, key=lambda it: _ORDER.index(it.verdict))
    ]
    columns = ("verdict", "budget", "figure", "interval", "reason")
    return Grid(columns, tuple(rows), frozenset({2}))


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
