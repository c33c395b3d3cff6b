"""The budgets of a soak."""

from collections.abc import Sequence

from latprobe.comparator import Budget, names_of, parse_budget
from latprobe.run.model import TargetRecord


def soak_budgets(texts: Sequence[str], target: TargetRecord) -> tuple[Budget, ...]:
    """Reads budgets on a target.

    Raises:
        BudgetError: for one that cannot be read.
    """
    names = names_of(target)
    return tuple(parse_budget(text, names, is_of_soak=True) for text in texts)
