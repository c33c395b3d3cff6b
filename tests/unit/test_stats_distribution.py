import math

import pytest

from latprobe.stats import Distribution, Interval, ScriptedDistribution


def test_a_scripted_distribution_answers_by_rank() -> None:
    distribution: Distribution = ScriptedDistribution({500: 1, 30: 2, 40: 3})
    assert [distribution.value_at_rank(rank) for rank in range(1, 7)] == [30, 30, 40, 40, 40, 500]
    assert (distribution.count, distribution.min, distribution.max) == (6, 30, 500)


@pytest.mark.parametrize("rank", [-1, 0, 7])
def test_a_rank_that_no_sample_has_is_refused(rank: int) -> None:
    with pytest.raises(IndexError, match="rank"):
        ScriptedDistribution({30: 6}).value_at_rank(rank)


def test_intervals_widen_unite_and_stay_over_a_floor() -> None:
    assert Interval(3, 5).widened(1, 2) == Interval(2, 7)
    assert Interval(3, 5).union(Interval(4, 9)) == Interval(3, 9)
    assert Interval(-3, 5).clamped(0) == Interval(0, 5)
    assert Interval(-3, -1).clamped(0) == Interval(0, 0)


@pytest.mark.parametrize(("low", "high"), [(2, 1), (math.nan, 1), (1, math.nan)])
def test_an_interval_that_is_upside_down_or_not_a_number_is_refused(
    low: float, high: float
) -> None:
    with pytest.raises(ValueError, match="an interval from"):
        Interval(low, high)
