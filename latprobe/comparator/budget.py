"""A limit on a figure, as one readable line: `decide: p99.9 < 50ns`."""

from dataclasses import dataclass

from latprobe.comparator.figure import Figure, find_figure
from latprobe.comparator.hop_scope import END_TO_END, check_words, figure_of_queue, hop_of
from latprobe.comparator.limit import OPERATORS, Limit, Operator, read_baseline_limit, read_limit
from latprobe.comparator.misreading import misread
from latprobe.comparator.scope import TOTAL, WHOLE, Scope, TargetNames, check_names, check_span
from latprobe.comparator.service_scope import check_figure, is_time_of_service
from latprobe.comparator.soak_budget import (
    ALL,
    Window,
    figure_of_soak,
    not_of_soak,
    read_window,
    slope_of,
)
from latprobe.comparator.syntax import Parts, parse_syntax
from latprobe.run.service import MESSAGE_TO_DECISION


@dataclass(frozen=True)
class Budget:
    """A limit that a figure of a part of a target's work has to keep.

    Attributes:
        text: As it was written.
        scope: Which part of the work.
        figure: What is measured of it.
        operator: How figure and limit have to compare.
        limit: The limit.
        window: Over which part of a soak, where it is about one.
    """

    text: str
    scope: Scope
    figure: Figure
    operator: Operator
    limit: Limit
    window: Window = ALL

    @property
    def is_of_soak(self) -> bool:
        """Whether only a soak can keep it."""
        return self.window != ALL or self.figure.is_trend


def parse_budget(
    text: str, names: TargetNames | None = None, *, is_of_soak: bool = False
) -> Budget:
    """Reads a budget.

    Args:
        text: `[stage[..stage][[kind]]:] [timing] figure operator limit`, see docs/BUDGETS.md.
        names: What the target calls its stages and kinds. Without it, such as before the target
            is loaded, any name is taken for one of the target's.
        is_of_soak: Whether it is held against a soak: then it may be about windows and trends.

    Raises:
        BudgetError: with the place in the text, and what was expected there.
    """
    parts = parse_syntax(text)
    figure = find_figure(parts.figure.text, text, parts.figure.position)
    figure = slope_of(figure, parts.unit, is_of_soak=is_of_soak)
    if parts.first is not None:
        check_words(parts.first, text)
        if _is_of_queue(parts.first.text, names):
            figure = figure_of_queue(figure, parts.first, parts.figure.position, text)
    window = read_window(parts, figure, text)
    if is_of_soak:
        figure = figure_of_soak(figure, parts, text)
    elif window != ALL or figure.is_trend:
        raise not_of_soak(parts, text)
    scope = _scope(parts, figure, text)
    if names is not None:
        check_names([parts.first, parts.last], parts.kind, text, names)
        if names.rows:
            stage = parts.first.text if parts.first else None
            check_figure(figure, stage, parts.figure.position, text)
    limit = _limit(parts, figure, text)
    operator = OPERATORS[parts.operator.text]
    if operator == "==" and not (figure.is_exact or figure.is_of_events):
        problem = (
            f"`{figure.name}` is measured, and is never shown to be exactly {limit.text}: "
            "use `<=` or `>=`"
        )
        raise misread(text, parts.operator.position, problem)
    return Budget(text, scope, figure, operator, limit, window)


def of_whole_message(text: str) -> str:
    """A budget that names no stage as one on the whole message: `p99 < 1us` as `total: p99 < 1us`.

    Raises:
        BudgetError: with the place in the text, and what was expected there.
    """
    parts = parse_syntax(text)
    figure = find_figure(parts.figure.text, text, parts.figure.position)
    return text if parts.first is not None or figure.is_run_wide else f"{TOTAL}: {text}"


def _limit(parts: Parts, figure: Figure, text: str) -> Limit:
    if parts.of_baseline is not None:
        return read_baseline_limit(parts.number, figure, text)
    assert parts.number is not None
    return read_limit(parts.number, parts.unit, figure, text)


def _is_of_queue(stage: str, names: TargetNames | None) -> bool:
    """A stage may be called as what hops are measured by, where there are no hops."""
    is_stage = names is not None and stage in names.stages
    is_row = stage == END_TO_END or hop_of(stage) is not None or is_time_of_service(stage)
    return not is_stage and is_row


def _scope(parts: Parts, figure: Figure, text: str) -> Scope:
    if parts.first is None:
        if figure.is_run_wide or figure.is_soaked_as_a_whole:
            return WHOLE
        problem = (
            f"`{figure.name}` of which stage? Write `{TOTAL}: {figure.name}` for the whole message"
        )
        raise misread(text, parts.figure.position, problem)
    last = parts.last or parts.first
    if parts.last is not None:
        check_span(parts.first, parts.last, text)
    scope = Scope(parts.first.text, last.text, parts.kind.text if parts.kind else None)
    if figure.is_of_memory and scope != WHOLE:
        problem = f"memory is the whole process's: write `{figure.name}` alone"
        raise misread(text, parts.first.position, problem)
    if figure.is_of_all_messages and scope != WHOLE:
        name = f"`{figure.name}`"
        problem = f"{name} are counted for whole messages of every kind: write {name} alone"
        raise misread(text, parts.first.position, problem)
    wholes = tuple((it, it) for it in (TOTAL, END_TO_END, MESSAGE_TO_DECISION))
    if figure.timing == "response" and (scope.first, scope.last) not in wholes:
        problem = f"response time is that of the whole message: write `{TOTAL}: {figure.name}`"
        raise misread(text, parts.first.position, problem)
    if figure.timing in ("cold", "idle") and scope.first != scope.last:
        problem = f"spans have no `{figure.timing}` times: set a budget on each stage"
        raise misread(text, parts.first.position, problem)
    return scope
