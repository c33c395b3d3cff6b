"""A quantile between whole nanoseconds.

A histogram has times in buckets, and a quantile that is one of their values moves in steps: by a
whole nanosecond, or not at all. Here the samples of a bucket are taken as spread evenly over it,
which is the usual estimate of a quantile from grouped data (G. U. Yule and M. G. Kendall, "An
Introduction to the Theory of Statistics", on the median of grouped frequencies): it moves with each
sample that passes it.
"""

from fractions import Fraction

from latprobe.stats.distribution import Distribution, bucket_width_ns
from latprobe.stats.quantile import quantile_rank


def interpolated_quantile_ns(samples: Distribution, quantile: Fraction) -> float:
    """The quantile, in nanoseconds, with a bucket's samples spread evenly over its width.

    Times were rounded to whole nanoseconds, so that the bucket of 24 ns reaches from 23.5 ns to
    24.5 ns. Nothing is under 0.

    Args:
        samples: At least one.
        quantile: Over 0, and at most 1.
    """
    count = samples.count
    highest = samples.value_at_rank(quantile_rank(count, quantile))
    width_ns = bucket_width_ns(highest)
    below = samples.count_at_or_below(highest - width_ns) if highest >= width_ns else 0
    within = samples.count_at_or_below(highest) - below
    share = (quantile.numerator * count / quantile.denominator - below) / within
    upper_ns = highest + 0.5
    lower_ns = max(0.0, upper_ns - width_ns)
    return lower_ns + (upper_ns - lower_ns) * share
