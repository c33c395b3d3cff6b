"""The rows of one run's table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from latprobe.report.cell import NO_FIGURE, Cell
from latprobe.report.column import Column
from latprobe.report.precision import Precision
from latprobe.run.measured import END_TO_END, TOTAL, row_names, wait_of
from latprobe.run.model import Condition, Figure, RunDocument
from latprobe.run.service import MESSAGE_TO_DECISION

_RESPONSE: Final = "response"
_SHOWN: Final = {END_TO_END: "end to end"}
_CONDITIONS: Final[Mapping[Condition, str]] = {"cold": "cold", "idle": "after idle"}


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        name: Of the stage, the span or the kind, as the document says it.
        figure: What was measured of it; None where nothing was.
        depth: 0 for a stage, 1 for what is a part of it or stands beside it, 2 for what does so
            with such a part.
        is_total: It is about whole messages of all kinds, from when they were handed over.
        is_last: Another stage comes after it.
        is_across: Its times begin on one thread and end on another.
    """

    name: str
    figure: Figure | None
    depth: int
    is_total: bool
    is_last: bool
    is_across: bool = False


def rows_of(run: RunDocument, *, by_kind: bool) -> list[Row]:
    """Stages in order, queues before them, spans, and the total, each with its kinds if wanted.

    Under each stand its response time and its times under other conditions, where there are any.
    """
    if run.target.service is not None:
        return _of_service(run)
    stages = row_names(run.target.stages, run.target.hops, [str(span) for span in run.spans])
    across = {END_TO_END, *map(wait_of, run.target.hops)} if run.target.hops else set()
    before_total = stages[stages.index(TOTAL) - 1]
    seen = dict.fromkeys(figure.kind for figure in run.figures if figure.kind is not None)
    rows: list[Row] = []
    for stage in stages:
        its = [figure for figure in run.figures if figure.stage == stage]
        name = _SHOWN.get(stage, stage) if run.target.hops else stage
        group = _with_others(name, [it for it in its if it.kind is None])
        for kind in seen if by_kind else ():
            of_kind = [it for it in its if it.kind == kind]
            group += _with_others(kind, of_kind) if of_kind else []
        # A line stands before the total, and after each group of kinds.
        is_last = by_kind or stage == before_total
        group[0] = replace(group[0], is_total=stage == TOTAL)
        group[-1] = replace(group[-1], is_last=is_last)
        rows += [replace(row, is_across=stage in across) for row in group]
    return rows


def _of_service(run: RunDocument) -> list[Row]:
    """Rows of an asyncio target, in the order in which a message comes to them."""
    rows: list[Row] = []
    for name in dict.fromkeys(figure.stage for figure in run.figures):
        group = _with_others(name, [it for it in run.figures if it.stage == name])
        group[0] = replace(group[0], is_total=name == MESSAGE_TO_DECISION)
        rows += group
    return rows


def _with_others(name: str, figures: Sequence[Figure]) -> list[Row]:
    """The row of one stage, or of one kind in it, and those that stand beside it."""
    usual = next((it for it in figures if it.is_usual), None)
    depth = 0 if not figures or figures[0].kind is None else 1
    rows = [Row(name, usual, depth=depth, is_total=False, is_last=False)]
    for figure in figures:
        if not figure.is_usual:
            beside = _RESPONSE if figure.time == "response" else _CONDITIONS[figure.condition]
            rows.append(Row(beside, figure, depth=depth + 1, is_total=False, is_last=False))
    return rows


def cells_of(row: Row, columns: Sequence[Column], precision: Precision | None) -> list[Cell]:
    """What stands in a row under each column."""
    if row.figure is None:
        return [NO_FIGURE] * len(columns)
    if row.is_across and precision is not None:
        precision = precision.across_threads()
    return [column.cell(row.figure, precision) for column in columns]
