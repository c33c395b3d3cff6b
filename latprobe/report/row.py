"""The rows of one run's table."""

from dataclasses import dataclass, replace

from latprobe.run.measured import TOTAL
from latprobe.run.model import Figure, RunDocument


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        name: Of the stage, the span or the kind, as the document says it.
        figure: What was measured of it; None where nothing was.
        is_kind: It is one message kind's part of the row above it that is not.
        is_total: It is about whole messages of all kinds.
        is_last: Another stage comes after it.
    """

    name: str
    figure: Figure | None
    is_kind: bool
    is_total: bool
    is_last: bool


def rows_of(run: RunDocument, *, by_kind: bool) -> list[Row]:
    """Stages in order, spans, and the total, each followed by its kinds if wanted."""
    figures = {(figure.stage, figure.kind): figure for figure in run.figures}
    stages = (*run.target.stages, *(str(span) for span in run.spans), TOTAL)
    seen = dict.fromkeys(figure.kind for figure in run.figures if figure.kind is not None)
    rows: list[Row] = []
    for stage in stages:
        kinds = [kind for kind in seen if by_kind and (stage, kind) in figures]
        is_total = stage == TOTAL
        # A line stands before the total, and after each group of kinds.
        is_last = by_kind or stage == stages[-2]
        figure = figures.get((stage, None))
        rows.append(Row(stage, figure, is_kind=False, is_total=is_total, is_last=is_last))
        for kind in kinds:
            rows[-1] = replace(rows[-1], is_last=False)
            figure = figures[stage, kind]
            rows.append(Row(kind, figure, is_kind=True, is_total=False, is_last=is_last))
    return rows
