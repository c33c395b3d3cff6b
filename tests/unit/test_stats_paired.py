"""What a pair of forks says of a ratio."""

import math

import pytest

from latprobe.stats import chunk_log_ratio, log_ratios


def test_chunks_of_the_same_messages_are_held_against_each_other() -> None:
    before = [100.0, 1_000.0, 10.0, 50.0]

    assert chunk_log_ratio(before, [1.03 * it for it in before]) == pytest.approx(math.log(1.03))


def test_chunks_that_were_disturbed_count_on_neither_side() -> None:
    assert chunk_log_ratio([100.0, 0.0, 100.0], [101.0, 5.0, 0.0]) == pytest.approx(math.log(1.01))
    assert chunk_log_ratio([0.0], [1.0]) is None


def test_a_quarter_of_wild_chunks_at_either_end_counts_for_nothing() -> None:
    before = [100.0] * 20
    after = [103.0] * 15 + [1e6] * 5

    assert chunk_log_ratio(before, after) == pytest.approx(math.log(1.03))


def test_swapping_the_sides_swaps_the_sign() -> None:
    one, other = [3.0, 5.0, 8.0, 90.0], [4.0, 5.0, 7.0, 80.0]

    there, back = chunk_log_ratio(one, other), chunk_log_ratio(other, one)

    assert there is not None
    assert back == pytest.approx(-there)


def test_values_without_a_logarithm_are_refused() -> None:
    with pytest.raises(ValueError, match="over 0"):
        log_ratios([0.0], [1.0])
    with pytest.raises(ValueError, match="2 values before and 1 after"):
        log_ratios([1.0, 1.0], [1.0])
