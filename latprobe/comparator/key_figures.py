"""The figures that a gate hangs on, and the limits that a scenario sets."""

from collections.abc import Sequence
from typing import Final

from latprobe.comparator.budget import Budget, parse_budget
from latprobe.comparator.observed import as_budget
from latprobe.run.measured import END_TO_END, TOTAL
from latprobe.run.observation import Key, Observed
from latprobe.run.service import MESSAGE_TO_DECISION

_WHOLES: Final = (TOTAL, END_TO_END, MESSAGE_TO_DECISION)

_USUAL: Final = ("cost", "p99", "allocations", "response p99")
"""Of whole messages of every kind, where they are measured."""


def key_figures(side: Observed, gates: Sequence[str] = ()) -> frozenset[Key]:
    """The figures that are named; without any, the usual ones and those with a budget.

    Args:
        side: The second side of a comparison.
        gates: Figures as budgets begin: `parse[trade]: p99`.

    Raises:
        BudgetError: for what is no figure.
    """
    if gates:
        return frozenset(_key(parse_budget(as_budget(it))) for it in gates)
    whole = {(stage, None, figure) for stage in _WHOLES for figure in _USUAL}
    return frozenset(whole | {_key(it) for it in _budgets(side)})


def limits_on(side: Observed) -> dict[Key, tuple[str, ...]]:
    """What each figure is held against: `< 50ns`."""
    limits: dict[Key, tuple[str, ...]] = {}
    for it in _budgets(side):
        key = _key(it)
        limits[key] = (*limits.get(key, ()), f"{it.operator} {it.limit.text}")
    return limits


def _budgets(side: Observed) -> list[Budget]:
    return [parse_budget(text) for text in side.budgets]


def _key(budget: Budget) -> Key:
    scope = budget.scope
    stage = scope.first if scope.first == scope.last else f"{scope.first}..{scope.last}"
    return stage, scope.kind, budget.figure.name
