"""What sequence numbers say of gaps, duplicates and disorder."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.feed.info import SeriesInfo
from latprobe.feed.info.series import Series


def followed(
    numbers: list[int] | list[tuple[int, int]], at_once: int = 100, *, gapless: bool = True
) -> SeriesInfo:
    spans = [it if isinstance(it, tuple) else (it, it) for it in numbers]
    series = Series("channel", "series", gapless=gapless)
    for start in range(0, len(spans), at_once):
        part = np.array(spans[start : start + at_once], np.int64)
        series.add(part[:, 0], part[:, 1])
    return series.info()


def found(info: SeriesInfo) -> tuple[int, int, int, int]:
    return info.gaps, info.missing, info.duplicates, info.out_of_order


@pytest.mark.parametrize("at_once", [1, 2, 100])
@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([5, 6, 7], (0, 0, 0, 0)),
        ([1, 2, 5, 6], (1, 2, 0, 0)),
        ([1, 2, 2, 3], (0, 0, 1, 0)),
        ([1, 3, 2, 4], (0, 0, 0, 1)),
        ([1, 5, 3, 6], (2, 2, 0, 1)),
        ([1, 5, 3, 3, 6], (2, 2, 1, 1)),
        ([1, 4, 2, 3, 5, 1], (0, 0, 1, 2)),
        ([7], (0, 0, 0, 0)),
    ],
)
def test_numbers_that_are_missing_repeated_or_late_are_told_apart(
    numbers: list[int], expected: tuple[int, int, int, int], at_once: int
) -> None:
    assert found(followed(numbers, at_once)) == expected


def test_messages_that_cover_several_numbers_follow_each_other() -> None:
    assert found(followed([(1, 4), (5, 5), (6, 9)])) == (0, 0, 0, 0)
    assert found(followed([(1, 4), (8, 9), (5, 7)])) == (0, 0, 0, 1)
    assert found(followed([(1, 4), (8, 9), (2, 3)])) == (1, 3, 1, 0)


def test_a_message_that_repeats_numbers_and_goes_on_is_an_overlap() -> None:
    info = followed([(1, 4), (3, 6), (7, 7)])
    assert (info.overlaps, found(info)) == (1, (0, 0, 0, 0))


def test_a_count_that_begins_anew_is_a_restart_and_no_gap() -> None:
    info = followed([*range(1, 151), *range(1, 6), 8])
    assert (info.restarts, found(info)) == (1, (1, 2, 0, 0))


def test_the_first_number_again_is_a_duplicate_while_few_have_come() -> None:
    info = followed([1, 2, 3, 1, 4])
    assert (info.restarts, found(info)) == (0, (0, 0, 1, 0))


def test_of_numbers_that_only_rise_none_is_missing_and_a_fall_is_disorder() -> None:
    info = followed([5, 9, 9, 7, 12], gapless=False)
    assert found(info) == (0, 0, 0, 1)


@given(st.lists(st.integers(10, 60), min_size=1, max_size=60), st.integers(1, 10))
def test_it_is_what_a_set_of_all_numbers_says(numbers: list[int], at_once: int) -> None:
    came: set[int] = set()
    duplicates = late = 0
    numbers = [9, *numbers]
    for number in numbers:
        duplicates += number in came
        late += number not in came and bool(came) and number < max(came)
        came.add(number)
    missing = [it for it in range(9, max(came)) if it not in came]
    gaps = sum(it - 1 in came for it in missing)
    assert found(followed(numbers, at_once)) == (gaps, len(missing), duplicates, late)
