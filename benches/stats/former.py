"""The interval of a quantile that latprobe had before, to show beside the one that it has."""

from collections.abc import Sequence
from fractions import Fraction

from latprobe.stats import Distribution, Interval, mean_interval, quantile_rank, quantile_ranks


def former_interval(
    merged: Distribution, forks: Sequence[Distribution], quantile: Fraction, confidence: float
) -> Interval:
    """The smallest that holds the binomial one and Student's over the forks' own quantiles."""
    low, high = quantile_ranks(merged.count, quantile, confidence)
    within = Interval(merged.value_at_rank(low), merged.value_at_rank(high))
    own = [fork.value_at_rank(quantile_rank(fork.count, quantile)) for fork in forks]
    return within.union(mean_interval(own, confidence)).clamped(0.0)
