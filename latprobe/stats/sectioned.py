"""A quantile of one long recording, and how sure it is."""

from collections.abc import Sequence
from fractions import Fraction

from latprobe.stats.binomial import quantile_ranks
from latprobe.stats.distribution import Distribution
from latprobe.stats.interval import Interval
from latprobe.stats.quantile import quantile_rank
from latprobe.stats.student import mean_interval


def sectioned_interval(
    merged: Distribution,
    blocks: Sequence[Distribution],
    quantile: Fraction,
    confidence: float,
) -> Interval:
    """Where the true quantile lies, in nanoseconds, as far as consecutive blocks of samples tell.

    Samples that follow each other are alike, so that the binomial interval alone is too narrow.
    A block has few samples beyond a high quantile, so that its own is biased, and the mean of those
    of all blocks is as well: how far they lie apart is therefore also counted around the quantile
    of the whole (sectioning: S. Asmussen and P. W. Glynn, "Stochastic Simulation", 2007, section
    III.5). The answer is the smallest interval that holds both and the binomial one.

    Args:
        merged: All samples.
        blocks: The same, block by block.
        quantile: Between 0 and 1.
        confidence: Between 0 and 1.

    Raises:
        ValueError: for too few samples, or fewer than two blocks that have any.
    """
    low, high = quantile_ranks(merged.count, quantile, confidence)
    within = Interval(merged.value_at_rank(low), merged.value_at_rank(high))
    between = mean_interval(
        [it.value_at_rank(quantile_rank(it.count, quantile)) for it in blocks if it.count],
        confidence,
    )
    reach = (between.high - between.low) / 2
    whole = merged.value_at_rank(quantile_rank(merged.count, quantile))
    around_whole = Interval(whole - reach, whole + reach)
    return within.union(between).union(around_whole).clamped(0.0)
