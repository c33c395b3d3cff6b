"""The budgets of a soak."""

from collections.abc import Sequence

from latprobe.comparator import Budget, TargetNames, parse_budget
from latprobe.run.model import TargetRecord


def soak_budgets(texts: Sequence[str], target: TargetRecord) -> tuple[Budget, ...]:
    """Reads budgets on a target.

    Raises:
        BudgetError: for one that cannot be read.
    """
    names = TargetNames(target.stages, None if target.learns_kinds else target.kinds)
    return tuple(parse_budget(text, names, is_of_soak=True) for text in texts)
