import contextlib

from hypothesis import given
from hypothesis import strategies as st

from latprobe.comparator import TargetNames, parse_budget
from latprobe.errors import BudgetError

ENGINE = TargetNames(["parse", "book", "risk", "route", "decide"], ["add_order", "trade"])

GOOD = st.sampled_from(
    [
        "decide[add_order]: p99.9 < 50ns",
        "risk..decide: max allocations <= 2",
        "total: throughput >= 100k/s",
        "errors < 0.01%",
        "'parse'[\"trade\"]: bytes == 1.5e3 KiB",
    ]
)
PIECES = st.sampled_from(
    [*"<>=:[].%/'\"-_ \t\n", "..", "p99", "p", "max", "1e99", "0", "ns", "k/s", "errors", "é", "٣"]
)


def is_read_or_refused(text: str) -> None:
    for names in (None, ENGINE):
        with contextlib.suppress(BudgetError):
            assert parse_budget(text, names).text == text


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    is_read_or_refused(text)


@given(st.lists(PIECES, max_size=12))
def test_any_jumble_of_what_budgets_are_made_of_is_read_or_refused(pieces: list[str]) -> None:
    is_read_or_refused("".join(pieces))


@given(GOOD, st.data())
def test_a_damaged_budget_is_read_or_refused(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    is_read_or_refused(text[:start] + data.draw(PIECES) + text[end:])


@given(GOOD, st.data())
def test_a_budget_that_is_cut_short_is_refused_at_its_end_or_read(
    text: str, data: st.DataObject
) -> None:
    is_read_or_refused(text[: data.draw(st.integers(0, len(text)))])


@given(st.text(max_size=60))
def test_a_caret_stands_within_the_budget_or_right_behind_it(text: str) -> None:
    try:
        parse_budget(text, ENGINE)
    except BudgetError as error:
        # Of three lines the last is the caret; a budget's own line breaks are shown as spaces.
        *_, shown, caret = str(error).split("\n")
        assert caret.strip(" ") == "^"
        assert caret.index("^") <= len(shown)
        assert len(shown) == 4 + len(text)
