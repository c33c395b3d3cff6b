import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom, lognorm

from latprobe.stats import (
    Interval,
    ScriptedDistribution,
    count_needed,
    quantile_interval,
    quantile_rank,
    quantile_ranks,
    resolution_ns,
    samples_beyond,
    share_interval,
)

P50, P90, P999 = Fraction(1, 2), Fraction(9, 10), Fraction(999, 1000)


def distribution_of(samples: Sequence[int]) -> ScriptedDistribution:
    return ScriptedDistribution(Counter(samples))


@pytest.mark.parametrize(
    ("count", "ranks"),
    # Two-sided 95 % for a median, as tables of the sign test print them.
    [(6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (25, (8, 18)), (50, (18, 33))],
)
def test_ranks_around_a_median_are_those_of_the_published_table(
    count: int, ranks: tuple[int, int]
) -> None:
    assert quantile_ranks(count, P50, 0.95) == ranks


@pytest.mark.parametrize("count", [500, 20_000, 1_000_000, 100_000_000])
@pytest.mark.parametrize("quantile", [Fraction(1, 20), P50, P90, Fraction(99, 100), P999])
def test_ranks_are_the_narrowest_that_the_binomial_distribution_allows(
    count: int, quantile: Fraction
) -> None:
    if samples_beyond(count, quantile) < 10:
        count *= 100
    low, high = quantile_ranks(count, quantile, 0.95)
    hits = binom(count, float(quantile))
    assert hits.cdf(low - 1) <= 0.025 < hits.cdf(low)
    assert hits.sf(high - 1) <= 0.025 < hits.sf(high - 2)


@pytest.mark.parametrize(("count", "quantile"), [(0, P50), (5, P50), (100, P999)])
def test_too_few_samples_have_no_ranks(count: int, quantile: Fraction) -> None:
    with pytest.raises(ValueError, match="too few"):
        quantile_ranks(count, quantile, 0.95)


@pytest.mark.parametrize(
    ("count", "quantile", "rank"),
    [(1_000, P999, 999), (1_001, P999, 1_000), (10, P50, 5), (11, P50, 6), (1, P999, 1)],
)
def test_the_rank_of_a_quantile_is_exact(count: int, quantile: Fraction, rank: int) -> None:
    assert quantile_rank(count, quantile) == rank


def test_the_rank_of_a_quantile_is_numpy_s_inverted_cdf() -> None:
    for count in (1, 7, 100, 333, 4_096):
        samples = np.arange(1, count + 1)
        for quantile in (P50, Fraction(1, 8), Fraction(7, 8), Fraction(1_023, 1_024)):
            expected = int(np.quantile(samples, float(quantile), method="inverted_cdf"))
            assert quantile_rank(count, quantile) == expected


@pytest.mark.parametrize("quantile", [Fraction(1, 100), P50, P90, Fraction(995, 1000), P999])
def test_as_many_messages_as_are_needed_are_enough_and_one_less_is_not(quantile: Fraction) -> None:
    needed = count_needed(quantile, 10)
    assert samples_beyond(needed, quantile) >= 10
    assert samples_beyond(needed - 1, quantile) < 10


def test_samples_beyond_a_low_quantile_are_those_under_it() -> None:
    assert samples_beyond(1_000, Fraction(1, 100)) == 9
    assert samples_beyond(0, P50) == 0


def test_samples_alone_give_the_interval_where_forks_agree() -> None:
    fork = {30: 900, 40: 90, 50: 10}
    merged = ScriptedDistribution({value: 3 * count for value, count in fork.items()})
    interval = quantile_interval(merged, [ScriptedDistribution(fork)] * 3, P50, 0.95)
    assert (interval.low, interval.high) == (30, 30)


def test_samples_widen_the_interval_where_forks_agree_on_an_edge() -> None:
    fork = {30: 900, 40: 100}
    merged = ScriptedDistribution({value: 3 * count for value, count in fork.items()})
    interval = quantile_interval(merged, [ScriptedDistribution(fork)] * 3, P90, 0.95)
    assert (interval.low, interval.high) == (30, 40)


def test_few_forks_that_differ_widen_the_interval_beyond_the_samples() -> None:
    forks = [ScriptedDistribution({value: 10_000}) for value in (100, 110, 120)]
    merged = ScriptedDistribution({100: 10_000, 110: 10_000, 120: 10_000})
    interval = quantile_interval(merged, forks, P50, 0.95)
    # Student's t for two degrees of freedom, times 10/√3.
    assert interval.low == pytest.approx(110 - 4.302653 * 10 / 3**0.5, rel=1e-6)
    assert interval.high == pytest.approx(110 + 4.302653 * 10 / 3**0.5, rel=1e-6)


def beside_a_slow_fork(usual_forks: int, times_slower: int) -> Interval:
    usual = dict.fromkeys(range(1_000, 1_100), 100)
    slow = {times_slower * value: 100 for value in usual}
    forks = [ScriptedDistribution(usual)] * usual_forks + [ScriptedDistribution(slow)]
    merged = ScriptedDistribution({it: usual_forks * n for it, n in usual.items()} | slow)
    return quantile_interval(merged, forks, P50, 0.95)


@pytest.mark.parametrize("times_slower", [2, 10, 1_000])
def test_one_slow_fork_of_ten_leaves_the_interval_where_the_others_are(times_slower: int) -> None:
    interval = beside_a_slow_fork(9, times_slower)
    assert interval == beside_a_slow_fork(9, 3)
    assert 1_040 <= interval.low <= 1_050 < interval.high < 1_080


def test_one_slow_fork_of_five_may_be_half_of_all_and_the_interval_reaches_into_it() -> None:
    interval = beside_a_slow_fork(4, 10)
    assert 1_030 < interval.low < 1_050
    assert 10_000 < interval.high < 10_990


def test_five_forks_that_differ_more_than_their_samples_are_enclosed_by_the_outer_ones() -> None:
    forks = [ScriptedDistribution({value: 10_000}) for value in (100, 105, 110, 115, 120)]
    merged = ScriptedDistribution(dict.fromkeys((100, 105, 110, 115, 120), 10000))
    assert quantile_interval(merged, forks, P50, 0.95) == Interval(100, 120)


def test_the_interval_ends_where_the_share_of_messages_leaves_its_own() -> None:
    """Each end is found among some thousand values as if all of them were looked at."""
    dice = random.Random(14)
    samples = [[round(dice.gauss(1_000 + 20 * k, 150)) for _ in range(400)] for k in range(6)]
    forks = [distribution_of(it) for it in samples]
    merged = distribution_of([it for fork in samples for it in fork])
    interval = quantile_interval(merged, forks, P90, 0.95)
    values = range(merged.min, merged.max + 1)
    shares = {it: share_interval(forks, it, 0.95) for it in values}
    assert interval.low == min(it for it in values if shares[it].high >= P90)
    assert interval.high == min(it for it in values if shares[it].low >= P90)


def test_forks_without_a_sample_do_not_count() -> None:
    full, empty = ScriptedDistribution({30: 100}), ScriptedDistribution({})
    merged = ScriptedDistribution({30: 200})
    assert quantile_interval(merged, [full, empty, full], P50, 0.95).high == 30
    with pytest.raises(ValueError, match="2 forks"):
        quantile_interval(full, [full, empty], P50, 0.95)


def test_a_time_is_not_negative_however_much_forks_differ() -> None:
    forks = [ScriptedDistribution({10: 100}), ScriptedDistribution({500: 100})]
    assert quantile_interval(ScriptedDistribution({10: 100, 500: 100}), forks, P50, 0.95).low == 0


def test_the_samples_interval_holds_the_truth_of_a_skewed_distribution() -> None:
    dice = random.Random(11)
    truth = float(lognorm(1.0, scale=100.0).ppf(0.9))
    low, high = quantile_ranks(400, P90, 0.95)
    trials, held = 2_000, 0
    for _ in range(trials):
        samples = sorted(100.0 * dice.lognormvariate(0.0, 1.0) for _ in range(400))
        held += samples[low - 1] <= truth <= samples[high - 1]
    assert 0.935 < held / trials < 0.985


def test_the_interval_holds_the_truth_where_each_fork_has_a_bias_and_samples_alone_do_not() -> None:
    dice = random.Random(12)
    truth = float(lognorm(0.5, loc=1_000.0, scale=200.0).ppf(0.9))
    low, high = quantile_ranks(1_500, P90, 0.95)
    trials, held, held_by_samples = 300, 0, 0
    for _ in range(trials):
        biases = [dice.gauss(1_000.0, 60.0) for _ in range(5)]
        forks = [
            [round(bias + 200.0 * dice.lognormvariate(0.0, 0.5)) for _ in range(300)]
            for bias in biases
        ]
        merged = sorted(sample for fork in forks for sample in fork)
        interval = quantile_interval(
            distribution_of(merged), [distribution_of(fork) for fork in forks], P90, 0.95
        )
        held += interval.low <= truth <= interval.high
        held_by_samples += merged[low - 1] <= truth <= merged[high - 1]
    assert held / trials > 0.93
    assert held_by_samples / trials < 0.75


def test_a_histogram_keeps_whole_nanoseconds_apart_up_to_two_thousand() -> None:
    assert resolution_ns(2_000) == 0
    assert resolution_ns(50_000) == 50
