"""How a budget that cannot be read is reported."""

from latprobe.errors import BudgetError
from latprobe.misreading import pointed_at


def misread(text: str, position: int, problem: str) -> BudgetError:
    """The error for `problem` at a character of the budget `text`, with a caret under it."""
    return BudgetError(pointed_at(text, position, problem))
