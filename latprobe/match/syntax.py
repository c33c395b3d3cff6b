"""From the text of a key expression to its parts, or to an error that says where it is wrong."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from latprobe.errors import ExpressionError
from latprobe.misreading import did_you_mean, pointed_at, surprise

SOURCES: Final = ("json", "fix", "be32", "le64", "ascii", "bytes", "regex", "payload")
"""The words that a part begins with, with an example for the integers."""

EXAMPLES: Final = "such as `json:data.E`, `fix:11`, `be32@8`, `ascii@0:10` or `payload`"

_LONGEST: Final = 1_000
_LONGEST_NUMBER: Final = 9

_EXPECTED: Final = {
    "NAME": "the name of a field, such as `data`, or an index, such as `[0]`",
    "AS": "`+`, `as number` or the end",
    "QUOTED": 'a pattern in quotation marks, such as `"seq=([0-9]+)"`',
    "OFFSET": "an offset in bytes, negative from the end",
    "NUMBER": "`number`",
    "_AT": "`@` and an offset in bytes",
    "AT": "`@` and an offset in bytes",
    "COLON": "`:`",
    "RSQB": "`]`",
    "$END": "`+` or the end",
}
"""What may come, by the first of these terminals that could."""

_DIGITS: Final = {"fix": "a tag, such as `fix:11`"}


@dataclass(frozen=True)
class Word:
    """A word of an expression, and where its first character stands in the text."""

    text: str
    position: int

    @property
    def number(self) -> int:
        """The word as a whole number, which the grammar says that it is."""
        return int(self.text)


@dataclass(frozen=True)
class Part:
    """One place in a payload.

    Attributes:
        source: `payload`, `json`, `fix`, `bytes`, `ascii`, `integer` or `regex`.
        words: What the source is told: a tag, an offset and a length, a pattern.
        path: For JSON, names and indices from the outside in.
        as_number: Whether text is taken for a number.
    """

    source: str
    words: tuple[Word, ...]
    path: tuple[str | int, ...]
    as_number: bool


def misread(text: str, position: int, problem: str) -> ExpressionError:
    """The error for `problem` at a character of the expression `text`, with a caret under it."""
    return ExpressionError(pointed_at(text, position, problem))


def parse_syntax(text: str) -> tuple[Part, ...]:
    """The parts of an expression.

    Raises:
        ExpressionError: if `text` does not follow the grammar.
    """
    if len(text) > _LONGEST:
        raise misread(text[:40], 0, f"an expression has at most {_LONGEST:,} characters")
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as unexpected:
        raise _explained(unexpected, text) from None
    return tuple(_part(part, text) for part in tree.children if isinstance(part, Tree))


@cache
def _grammar() -> Lark:
    text = files("latprobe.match").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, start="expression", parser="lalr", maybe_placeholders=True)


def _part(part: "Tree[Token]", text: str) -> Part:
    source, as_number = part.children
    assert isinstance(source, Tree)
    path: tuple[str | int, ...] = ()
    words: list[Word] = []
    for child in source.children:
        if isinstance(child, Token):
            words.append(_word(child, text))
        else:
            path = tuple(_step(step, text) for step in child.children if isinstance(step, Tree))
    return Part(str(source.data), tuple(words), path, as_number is not None)


def _word(token: Token, text: str) -> Word:
    position = token.start_pos or 0
    if token.type == "QUOTED":
        return Word(token[1:-1], position + 1)
    if token.type in ("DIGITS", "OFFSET") and len(token) > _LONGEST_NUMBER:
        raise misread(text, position, f"a number here has at most {_LONGEST_NUMBER} digits")
    return Word(str(token), position)


def _step(step: "Tree[Token]", text: str) -> str | int:
    (token,) = step.children
    assert isinstance(token, Token)
    word = _word(token, text)
    return word.number if step.data == "index" else word.text


def _explained(unexpected: UnexpectedInput, text: str) -> ExpressionError:
    at = surprise(unexpected, text)
    if "PAYLOAD" in at.expected:
        word = re.match(r"\w+", text[at.position :])
        if word is None:
            problem = f"expected where the key stands, {EXAMPLES}, found {at.found}"
            return misread(text, at.position, problem)
        near = did_you_mean(word[0], SOURCES) or f": expected {EXAMPLES[len('such as ') :]}"
        return misread(text, at.position, f"no key is found by `{word[0]}`{near}")
    problem = f"expected {_in_words(at.expected, text[: at.position])}, found {at.found}"
    return misread(text, at.position, problem)


def _in_words(expected: AbstractSet[str], before: str) -> str:
    if "DIGITS" in expected and "NAME" not in expected:
        source = re.findall(r"[a-z]+", before)[-1]
        return _DIGITS.get(source, "a length in bytes")
    if before.rstrip().endswith("["):
        return "an index, such as `0`"
    return next((words for name, words in _EXPECTED.items() if name in expected), "the end")
