"""A quantile of many samples from several forks, and how sure it is.

Two things move a measured quantile. Within the samples, chance decides how many fall beyond it:
that is what the binomial interval of `binomial.py` covers. Between forks, memory layout and
frequency shift the whole distribution: that is what Student's interval over the forks' own
quantiles covers (`student.py`). Either alone is too narrow where the other rules, so that the
answer is the smallest interval that holds both. This errs on the wide side.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

from latprobe.stats.binomial import quantile_ranks
from latprobe.stats.distribution import Distribution
from latprobe.stats.interval import Interval
from latprobe.stats.student import mean_interval


def quantile_rank(count: int, quantile: Fraction) -> int:
    """Rank, from 1, of the smallest sample that at least that share of the samples is at or under.

    That is the inverse of the empirical distribution: definition 1 of R. J. Hyndman and Y. Fan,
    "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996. The quantile is
    a fraction since 0.999 · 1000 in floating point may be rounded over 999.
    """
    return max(1, math.ceil(quantile * count))


def samples_beyond(count: int, quantile: Fraction) -> int:
    """How many samples are further out than the quantile, on the side where there are fewer."""
    rank = quantile_rank(count, quantile)
    return max(0, min(rank - 1, count - rank))


def count_needed(quantile: Fraction, beyond: int) -> int:
    """The smallest number of samples from which on so many are beyond the quantile."""
    # Over it are n - ceil(q n), which is floor((1 - q) n); under it ceil(q n) - 1.
    over = math.ceil(beyond / (1 - quantile))
    under = math.floor(beyond / quantile) + 1
    return max(over, under)


def quantile_interval(
    merged: Distribution,
    forks: Sequence[Distribution],
    quantile: Fraction,
    confidence: float,
) -> Interval:
    """Where the true quantile lies, in nanoseconds, as far as samples and forks tell.

    What the instrument adds is not in it.

    Args:
        merged: The samples of all forks.
        forks: Each fork's own; those without a sample are left out.
        quantile: Between 0 and 1.
        confidence: Between 0 and 1.

    Raises:
        ValueError: for too few samples, or fewer than two forks that have any.
    """
    low, high = quantile_ranks(merged.count, quantile, confidence)
    within = Interval(merged.value_at_rank(low), merged.value_at_rank(high))
    between = mean_interval(
        [fork.value_at_rank(quantile_rank(fork.count, quantile)) for fork in forks if fork.count],
        confidence,
    )
    return within.union(between).clamped(0.0)


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
    around_mean = quantile_interval(merged, blocks, quantile, confidence)
    between = mean_interval(
        [block.value_at_rank(quantile_rank(block.count, quantile)) for block in blocks],
        confidence,
    )
    reach = (between.high - between.low) / 2
    whole = merged.value_at_rank(quantile_rank(merged.count, quantile))
    return around_mean.union(Interval(whole - reach, whole + reach)).clamped(0.0)
