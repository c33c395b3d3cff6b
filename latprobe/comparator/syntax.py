"""From the text of a budget to its parts, or to an error that says where it makes no sense."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lark import Lark, ParseTree, Token
from lark.exceptions import UnexpectedInput

from latprobe.comparator.misreading import misread
from latprobe.misreading import surprise

OPERATORS = "`<`, `<=`, `>`, `>=` or `==`"

NAMES = {
    "": "a stage or a figure, such as `parse: p99.9 < 50ns`",
    ":": "a figure, such as `mean` or `p99.9`",
    ".": "the last stage of the span",
}
"""What a name is that comes right after each character."""

_OF_LIMITS = {
    "_EVERY": "`every`",
    "NUMBER": "a limit, such as `10ns` or `105% of baseline`",
    "OF": "the end, or `of baseline`",
    "BASELINE": "`baseline`",
    "UNIT": "a unit or the end",
}
"""What is said where each of these terminals could stand, of which the first counts."""


@cache
def grammar() -> Lark:
    """The parser of `grammar.lark`, built once."""
    text = files("latprobe.comparator").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, start="budget", parser="lalr", maybe_placeholders=True)


@dataclass(frozen=True)
class Word:
    """A part of a budget as it was written, and where its first character stands in the text.

    `tokens` says of how many names it is made, one space apart: a name in quotation marks is one.
    """

    text: str
    position: int
    tokens: int = 1


@dataclass(frozen=True)
class Parts:
    """What the grammar makes of a budget. Names are without their quotation marks.

    Where the limit is `baseline`, or a share of it, that is `of_baseline`, and the share, in
    percent, is the number. A plain `baseline` has none. `every` and `after` are lengths of time.
    """

    first: Word | None
    last: Word | None
    kind: Word | None
    figure: Word
    operator: Word
    number: Word | None
    unit: Word | None
    of_baseline: Word | None
    every: Word | None = None
    after: Word | None = None


def parse_syntax(text: str) -> Parts:
    """The parts of a budget.

    Raises:
        BudgetError: if `text` does not follow the grammar.
    """
    try:
        tree = grammar().parse(text)
    except UnexpectedInput as unexpected:
        at = surprise(unexpected, text)
        problem = f"expected {_in_words(at.expected, text[: at.position])}, found {at.found}"
        raise misread(text, at.position, problem) from None
    words = {part.data: _word(part) for part in tree.iter_subtrees() if _has_tokens(part)}
    return Parts(
        words.get("first"),
        words.get("last"),
        words.get("kind"),
        words["figure"],
        words["operator"],
        words.get("number"),
        words.get("unit"),
        words.get("of_baseline"),
        words.get("every"),
        words.get("after"),
    )


def _has_tokens(part: ParseTree) -> bool:
    return any(isinstance(child, Token) for child in part.children)


def _word(part: ParseTree) -> Word:
    tokens = [child for child in part.children if isinstance(child, Token)]
    text = " ".join(token[1:-1] if token.type == "QUOTED" else token for token in tokens)
    return Word(text, tokens[0].start_pos or 0, len(tokens))


def _in_words(expected: AbstractSet[str], before: str) -> str:
    last = before.rstrip()[-1:]
    for terminal, words in _OF_LIMITS.items():
        if terminal in expected:
            return words
    if "OPERATOR" in expected:
        return f"`:`, {OPERATORS}" if "COLON" in expected else OPERATORS
    if "KIND" in expected:
        return "a message kind"
    if "NAME" in expected and "COLON" not in expected:
        return NAMES[last]
    return {"COLON": "`:`", "RSQB": "`]`"}.get(next(iter(sorted(expected))), "the end")
