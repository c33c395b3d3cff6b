"""A quantile of many samples from several forks, and how sure it is.

Two things move a measured quantile. Within the samples, chance decides how many fall beyond it:
that is what the binomial interval of `binomial.py` covers. Between forks, memory layout and
frequency shift the whole distribution. How much that moves the quantile is told on the scale of
shares, where no fork counts for more than its samples, however slow it was: the quantile is at or
under a time if the share of messages at or under that time is at least q, and `share.py` has an
interval for that share that treats each fork as one observation. The times for which q is in that
interval are those where the quantile may be (R. S. Woodruff, "Confidence intervals for medians and
other position measures", Journal of the American Statistical Association 47, 1952; here with the
variance of clusters, and at each time that of the shares at that time).

Both intervals end within the samples. Of five forks or more the fastest and the slowest enclose the
typical one nearly always, by 1 - 2/2ⁿ, even where forks differ far more than the samples in one. Of
fewer they do not: there Student's interval over the forks' own quantiles (`student.py`), which
reaches beyond, is added. The answer is the smallest interval that holds all of them.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from latprobe.stats.binomial import quantile_ranks
from latprobe.stats.distribution import Distribution
from latprobe.stats.interval import Interval
from latprobe.stats.share import share_interval
from latprobe.stats.student import mean_interval

_FORKS_THAT_ENCLOSE: Final = 5
"""So many hold the typical fork between the fastest and the slowest, but 1 in 16 times."""


def quantile_rank(count: int, quantile: Fraction) -> int:
    """Rank, from 1, of the smallest sample that at least that share of the samples is at or under.

    That is the inverse of the empirical distribution: definition 1 of R. J. Hyndman and Y. Fan,
    "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996. The quantile is
    a fraction since 0.999 · 1000 in floating point may be rounded over 999.
    """
    # In integers: a soak asks this at each interval, and so does each resample of a bootstrap.
    return max(1, -(-quantile.numerator * count // quantile.denominator))


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

    The true quantile is that of the messages of ever more forks, all together. What the instrument
    adds is not in it.

    Args:
        merged: The samples of all forks.
        forks: Each fork's own; those without a sample are left out.
        quantile: Between 0 and 1.
        confidence: Between 0 and 1.

    Raises:
        ValueError: for too few samples, or fewer than two forks that have any.
    """
    filled = [fork for fork in forks if fork.count]

    def may_have_enough(value_ns: int) -> bool:
        return share_interval(filled, value_ns, confidence).high >= quantile

    def may_lack_some(value_ns: int) -> bool:
        return share_interval(filled, value_ns, confidence).low < quantile

    low, high = quantile_ranks(merged.count, quantile, confidence)
    rank = quantile_rank(merged.count, quantile)
    least, _ = _crossing(merged, low, min(low - rank, -1), may_have_enough)
    _, surely = _crossing(merged, high, max(high - rank, 1), may_lack_some)
    interval = Interval(least, surely)
    if len(filled) >= _FORKS_THAT_ENCLOSE:
        return interval
    own = [fork.value_at_rank(quantile_rank(fork.count, quantile)) for fork in filled]
    return interval.union(mean_interval(own, confidence)).clamped(0.0)


def _crossing(
    merged: Distribution, rank: int, step: int, is_inside: Callable[[int], bool]
) -> tuple[int, int]:
    """The last time inside, from that rank outwards, and the first that is not.

    Both are that rank's own where not even it is inside. Strides double until one leads outside,
    and the stride that did is halved. Beyond the smallest sample nothing is inside, and neither is
    the largest.
    """
    inside = merged.value_at_rank(rank)
    if not is_inside(inside):
        return inside, inside
    while 1 < rank < merged.count:
        rank, step = min(max(1, rank + step), merged.count), 2 * step
        outside = merged.value_at_rank(rank)
        if not is_inside(outside):
            break
        inside = outside
    else:
        outside = inside + (1 if step > 0 else -1)
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if is_inside(middle):
            inside = middle
        else:
            outside = middle
    return inside, outside
