"""Quantiles of numbers of any size."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from latprobe.feed.info.log_histogram import QUANTILES, LogHistogram
from latprobe.feed.info.times import difference

int64 = st.integers(-(2**63), 2**63 - 1)
small = st.integers(-5_000, 5_000)


@given(st.lists(st.one_of(int64, small), min_size=1, max_size=80))
def test_quantiles_are_within_a_thousandth(values: list[int]) -> None:
    histogram = LogHistogram()
    for part in (values[: len(values) // 2], values[len(values) // 2 :]):
        histogram.add(np.array(part, np.int64))
    spread = histogram.distribution()
    assert spread is not None
    ordered = sorted(values)
    assert (spread.count, spread.least, spread.most) == (len(values), ordered[0], ordered[-1])
    assert spread.mean == sum(values) / len(values)
    for quantile in QUANTILES:
        rank = next(it for it in range(1, len(values) + 1) if it >= quantile * len(values))
        exact = ordered[rank - 1]
        assert abs(spread.at(quantile) - exact) <= max(abs(exact) * 0.001, 0)


@given(st.integers(-2_047, 2_047))
def test_small_numbers_are_exact(value: int) -> None:
    histogram = LogHistogram()
    histogram.add(np.array([value], np.int64))
    spread = histogram.distribution()
    assert spread is not None
    assert spread.at(0.5) == value


def test_no_value_has_no_quantile() -> None:
    assert LogHistogram().distribution() is None


@given(int64, int64)
def test_a_difference_that_leaves_64_bits_ends_at_their_limit(later: int, earlier: int) -> None:
    found = difference(np.array([later]), np.array([earlier]))
    assert found.tolist() == [min(max(later - earlier, -(2**63)), 2**63 - 1)]
