from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from latprobe.stats import (
    ScriptedDistribution,
    mean_interval,
    quantile_interval,
    quantile_rank,
    quantile_ranks,
    samples_beyond,
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
