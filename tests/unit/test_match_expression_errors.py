"""A key expression that cannot be read: what was expected, with a caret under the place."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.errors import ExpressionError
from latprobe.match.expression import parse_expression

WHERE = "such as `json:data.E`, `fix:11`, `be32@8`, `ascii@0:10` or `payload`"
FIELD = "the name of a field, such as `data`, or an index, such as `[0]`"

MISREAD = [
    f"""
    expected where the key stands, {WHERE}, found `+`
    + fix:11
    ^
    """,
    f"""
    expected where the key stands, {WHERE}, found the end
    fix:11 +
            ^
    """,
    """
    no key is found by `jsn`; did you mean `json`?
    jsn:data.E
    ^
    """,
    f"""
    no key is found by `path`: expected {WHERE[len("such as ") :]}
    fix:11 + path:3
             ^
    """,
    """
    expected `:`, found the end
    json
        ^
    """,
    f"""
    expected {FIELD}, found the end
    json:data.
              ^
    """,
    """
    expected an index, such as `0`, found `x`
    json:data[x]
              ^
    """,
    """
    expected `]`, found the end
    json:data[0
               ^
    """,
    """
    expected a tag, such as `fix:11`, found `abc`
    fix:abc
        ^
    """,
    """
    expected a length in bytes, found the end
    bytes@4:
            ^
    """,
    """
    a key has from 1 to 65,536 bytes; `payload` takes all, of any size
    bytes:4:0
            ^
    """,
    """
    there are 4 bytes from there to the end of the payload, not 8
    ascii@-4:8
             ^
    """,
    """
    there are 2 bytes from there to the end of the payload, not 4
    be32@-2
         ^
    """,
    """
    an integer has 8, 16, 24, 32, 40, 48, 56 or 64 bits, found `be12`
    be12@4
    ^
    """,
    """
    expected `@` and an offset in bytes, found `:`
    be32:8
        ^
    """,
    """
    a number here has at most 9 digits
    ascii@0:99999999999
            ^
    """,
    """
    expected a pattern in quotation marks, such as `"seq=([0-9]+)"`, found `seq`
    regex:seq
          ^
    """,
    """
    the pattern cannot be read: missing ), unterminated subpattern
    regex:"µ seq=("
                 ^
    """,
    """
    `bytes` is compared as it is: for a number write `ascii` or `be32`
    bytes@0:4 as number
    ^
    """,
    """
    expected `number`, found `num`
    fix:11 as num
              ^
    """,
    """
    expected `+`, `as number` or the end, found `fix`
    fix:11 fix:12
           ^
    """,
    """
    expected `+` or the end, found `x`
    json:a as number x
                     ^
    """,
]


@pytest.mark.parametrize("case", MISREAD, ids=lambda it: it.splitlines()[2].strip())
def test_the_error_says_what_was_expected_and_points_at_the_place(case: str) -> None:
    problem, expression, caret = dedent(case).strip("\n").splitlines()[:3]

    with pytest.raises(ExpressionError) as error:
        parse_expression(expression)

    assert str(error.value) == f"{problem}\n    {expression}\n    {caret}"


WORDS = [
    "json",
    "fix",
    "be32",
    "le64s",
    "ascii",
    "bytes",
    "regex",
    "payload",
    "as",
    "number",
    "data",
]
SIGNS = [*""":@.[]+-0"'()\\ µ\n\0""", "11"]


@given(st.lists(st.sampled_from(WORDS + SIGNS), max_size=12).map("".join) | st.text(max_size=30))
def test_any_text_is_an_expression_or_an_error_with_a_caret(text: str) -> None:
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        problem, *shown, caret = str(error).split("\n")
        assert problem
        assert shown
        assert caret.strip() == "^"
        assert len(caret) <= 4 + len(text) + 1
    else:
        expression.find(b"8=FIX.4.4\x0111=a\x01")


def test_an_expression_of_any_length_is_refused_and_not_parsed() -> None:
    with pytest.raises(ExpressionError, match="at most 1,000 characters"):
        parse_expression("+".join(["fix:11"] * 10_000))
