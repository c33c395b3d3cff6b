import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from latprobe._core import Histogram
from latprobe.stats import (
    Interval,
    ScriptedDistribution,
    interpolated_quantile_ns,
    mean_interval,
    quantile_interval,
    quantile_rank,
    quantile_ranks,
    samples_beyond,
    share_interval,
)

counts = st.integers(min_value=1, max_value=200_000)
quantiles = st.fractions(
    min_value=Fraction(1, 1_000), max_value=Fraction(9_999, 10_000), max_denominator=10_000
)
confidences = st.floats(min_value=0.5, max_value=0.99)
fork_values = st.lists(st.floats(min_value=0, max_value=1e9), min_size=2, max_size=12)
forks_of_samples = st.lists(
    st.lists(st.integers(min_value=0, max_value=10**9), min_size=20, max_size=80),
    min_size=2,
    max_size=5,
)


@given(counts, quantiles, confidences)
def test_ranks_enclose_the_quantile_and_exist(
    count: int, quantile: Fraction, confidence: float
) -> None:
    assume(samples_beyond(count, quantile) >= 10)
    low, high = quantile_ranks(count, quantile, confidence)
    assert 1 <= low <= quantile_rank(count, quantile) <= high <= count


@given(counts, quantiles)
def test_more_confidence_never_narrows_the_ranks(count: int, quantile: Fraction) -> None:
    assume(samples_beyond(count, quantile) >= 10)
    low, high = quantile_ranks(count, quantile, 0.8)
    lower, higher = quantile_ranks(count, quantile, 0.95)
    assert lower <= low
    assert high <= higher


@given(fork_values, confidences)
def test_a_mean_lies_in_its_interval(values: Sequence[float], confidence: float) -> None:
    interval = mean_interval(values, confidence)
    mean = sum(values) / len(values)
    slack = 1e-9 * max(values)
    assert interval.low - slack <= mean <= interval.high + slack


@given(forks_of_samples, st.sampled_from([Fraction(1, 2), Fraction(2, 3)]))
def test_a_quantile_lies_in_its_interval(
    forks: Sequence[Sequence[int]], quantile: Fraction
) -> None:
    merged = ScriptedDistribution(Counter(sample for fork in forks for sample in fork))
    scripts = [ScriptedDistribution(Counter(fork)) for fork in forks]
    interval = quantile_interval(merged, scripts, quantile, 0.95)
    assert interval.low >= 0
    assert interval.low <= merged.value_at_rank(quantile_rank(merged.count, quantile))
    assert merged.value_at_rank(quantile_rank(merged.count, quantile)) <= interval.high


def interval_of(forks: Sequence[Sequence[int]], confidence: float = 0.95) -> Interval:
    merged = ScriptedDistribution(Counter(sample for fork in forks for sample in fork))
    scripts = [ScriptedDistribution(Counter(fork)) for fork in forks]
    return quantile_interval(merged, scripts, Fraction(1, 2), confidence)


many_forks = st.lists(
    st.lists(st.integers(min_value=0, max_value=10**9), min_size=20, max_size=40),
    min_size=5,
    max_size=8,
)


@given(many_forks)
def test_of_five_forks_or_more_an_interval_ends_within_the_samples(
    forks: Sequence[Sequence[int]],
) -> None:
    interval = interval_of(forks)
    assert min(map(min, forks)) <= interval.low
    assert interval.high <= max(map(max, forks))


@given(forks_of_samples)
def test_an_interval_is_never_narrower_than_that_of_the_samples(
    forks: Sequence[Sequence[int]],
) -> None:
    samples = sorted(sample for fork in forks for sample in fork)
    low, high = quantile_ranks(len(samples), Fraction(1, 2), 0.95)
    interval = interval_of(forks)
    assert interval.low <= samples[low - 1]
    assert samples[high - 1] <= interval.high


@given(forks_of_samples, st.randoms(use_true_random=False))
def test_forks_are_counted_alike_in_whatever_order_they_ran(
    forks: list[list[int]], dice: random.Random
) -> None:
    before = interval_of(forks)
    dice.shuffle(forks)
    after = interval_of(forks)
    # The mean of some floats may differ in the last digit.
    assert after.low == pytest.approx(before.low, rel=1e-9)
    assert after.high == pytest.approx(before.high, rel=1e-9)


shares = st.lists(st.integers(min_value=0, max_value=1_000), min_size=2, max_size=20)


@given(shares, confidences)
def test_a_share_lies_in_its_interval_and_the_interval_between_none_and_all(
    under: Sequence[int], confidence: float
) -> None:
    forks = [ScriptedDistribution({10: it, 20: 1_000 - it}) for it in under]
    share = sum(under) / (1_000 * len(under))
    interval = share_interval(forks, 10, confidence)
    assert 0 <= interval.low <= share + 1e-12
    assert share - 1e-12 <= interval.high <= 1


@given(shares)
def test_a_share_and_what_is_beyond_it_have_one_interval_and_its_mirror(
    under: Sequence[int],
) -> None:
    forks = [ScriptedDistribution({10: it, 20: 1_000 - it}) for it in under]
    mirrored = [ScriptedDistribution({10: 1_000 - it, 20: it}) for it in under]
    one, other = share_interval(forks, 10, 0.95), share_interval(mirrored, 10, 0.95)
    assert one.low == pytest.approx(1 - other.high, abs=1e-9)
    assert one.high == pytest.approx(1 - other.low, abs=1e-9)


samples_of_a_fork = st.lists(st.integers(min_value=0, max_value=10**7), min_size=1, max_size=80)


def histogram_of(samples: Sequence[int]) -> Histogram:
    histogram = Histogram()
    for sample in samples:
        histogram.record(sample)
    return histogram


@given(samples_of_a_fork, quantiles)
def test_an_interpolated_quantile_lies_within_the_bucket_of_the_quantile(
    samples: Sequence[int], quantile: Fraction
) -> None:
    histogram = histogram_of(samples)
    highest = histogram.value_at_rank(quantile_rank(len(samples), quantile))
    lowest = min(
        it
        for it in range(max(0, highest - highest // 1_000 - 1), highest + 1)
        if histogram_of([it]).max == highest
    )

    found = interpolated_quantile_ns(histogram, quantile)

    assert max(0.0, lowest - 0.5) <= found <= highest + 0.5


@given(samples_of_a_fork, quantiles, quantiles)
def test_interpolated_quantiles_are_in_the_order_of_the_quantiles(
    samples: Sequence[int], one: Fraction, other: Fraction
) -> None:
    histogram = histogram_of(samples)
    lower, higher = sorted((one, other))

    found = [interpolated_quantile_ns(histogram, it) for it in (lower, higher)]

    assert found == sorted(found)
    assert (found[0] < found[1]) == (lower < higher)


@given(st.integers(min_value=1, max_value=2_046), st.integers(min_value=0, max_value=500))
def test_an_interpolated_median_moves_with_every_sample_that_leaves_its_bucket(
    value_ns: int, moved: int
) -> None:
    samples = ScriptedDistribution({value_ns: 1_000 - moved, value_ns + 1: moved})

    found = interpolated_quantile_ns(samples, Fraction(1, 2))

    assert found == pytest.approx(value_ns - 0.5 + 500 / (1_000 - moved))
