"""How a budget that cannot be read is reported: what was expected, and where."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from latprobe.errors import BudgetError


def misread(text: str, position: int, problem: str) -> BudgetError:
    """The error for `problem` at a character of `text`, with a caret under it.

    Args:
        text: The budget as it was written.
        position: Index of the character, or the length of `text` for its end.
        problem: What was found there and what was expected, in words.
    """
    # Every white space takes one column, so that the caret stands where it should.
    line = re.sub(r"\s", " ", text)
    return BudgetError(f"{problem}\n    {line}\n    {' ' * position}^")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` for the known word that is most like `word`, or nothing."""
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_folded, n=1)
    return f"; did you mean `{by_folded[close[0]]}`?" if close else ""
