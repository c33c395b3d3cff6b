"""How text of a small language that cannot be read is reported: what was expected, and where."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import get_close_matches

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

END = "$END"
"""What the parser calls the end of the text."""


@dataclass(frozen=True)
class Surprise:
    """Where a text leaves its grammar.

    Attributes:
        position: Index of the character, or the length of the text for its end.
        found: What stands there, in words.
        expected: Names of the grammar's terminals that could.
    """

    position: int
    found: str
    expected: AbstractSet[str]


def surprise(unexpected: UnexpectedInput, text: str) -> Surprise:
    """What the parser says of a text that does not follow its grammar."""
    match unexpected:
        case UnexpectedToken(token=token) if token.type != END and token.start_pos is not None:
            # A terminal may begin a word or a sign that is none: show all of it.
            word, *_ = re.findall(r"\w+|.", text[token.start_pos :], re.DOTALL)
            return Surprise(token.start_pos, f"`{word}`", unexpected.accepts)
        case UnexpectedToken():
            return Surprise(len(text), "the end", unexpected.accepts)
        case UnexpectedCharacters():
            position = unexpected.pos_in_stream or 0
            return Surprise(position, f"`{text[position]}`", unexpected.allowed)
        case _:
            raise AssertionError(f"an error of another parser: {unexpected!r}")


def pointed_at(text: str, position: int, problem: str) -> str:
    """The words for `problem` at a character of `text`, with a caret under it.

    Args:
        text: As it was written.
        position: Index of the character, or the length of `text` for its end.
        problem: What was found there and what was expected, in words.
    """
    # Every white space takes one column, so that the caret stands where it should.
    line = re.sub(r"\s", " ", text)
    return f"{problem}\n    {line}\n    {' ' * position}^"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` for the known word that is most like `word`, or nothing."""
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_folded, n=1)
    return f"; did you mean `{by_folded[close[0]]}`?" if close else ""
