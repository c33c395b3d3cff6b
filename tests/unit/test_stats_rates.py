"""Whether events come more often in one time than in another, against exact chances."""

from math import comb

import pytest

from latprobe.stats import expected_events, is_more_frequent
from latprobe.stats.binomial import chance_of_at_least


def exact_chance(hits: int, count: int, probability: float) -> float:
    return sum(
        comb(count, it) * probability**it * (1 - probability) ** (count - it)
        for it in range(hits, count + 1)
    )


@pytest.mark.parametrize(
    ("hits", "count", "probability"), [(0, 5, 0.3), (3, 5, 0.3), (5, 5, 0.3), (9, 400, 0.01)]
)
def test_the_chance_of_as_many_hits_or_more_is_the_binomial_s(
    hits: int, count: int, probability: float
) -> None:
    chance = chance_of_at_least(hits, count, probability)

    assert chance == pytest.approx(exact_chance(hits, count, probability), rel=1e-9)


def test_more_hits_than_can_be_have_no_chance() -> None:
    assert chance_of_at_least(6, 5, 0.5) == 0
    assert chance_of_at_least(900, 10_000, 0.001) < 1e-15


def test_events_are_expected_in_proportion_to_the_time() -> None:
    assert expected_events(700, 10.0, 0.03) == pytest.approx(2.1)
    assert expected_events(0, 0.0, 0.03) == 0


def test_a_rate_is_higher_where_chance_gives_as_many_less_than_once_in_a_thousand() -> None:
    # A part of 1 in 400: 17.5 of 7,000 are expected there, and 33 or more come by chance in 5 of
    # 10,000 cases, 31 or more in 21.
    assert not is_more_frequent(18, 1.0, 7_000, 399.0)
    assert not is_more_frequent(31, 1.0, 7_000, 399.0)
    assert is_more_frequent(33, 1.0, 7_000, 399.0)


def test_without_events_there_are_none_too_many_and_without_a_time_any_is() -> None:
    assert not is_more_frequent(0, 0.0, 0, 0.0)
    assert not is_more_frequent(0, 1.0, 7, 399.0)
    assert is_more_frequent(1, 1.0, 0, 0.0)
    assert is_more_frequent(1, 0.0, 5, 1.0)
