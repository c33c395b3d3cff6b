"""Which two samples a quantile lies between.

Let B be how many of n independent samples are at or under the true q-quantile: B is binomial with
n draws of probability q, whatever the samples' distribution. The true quantile is at or over the
l-th smallest sample whenever B ≥ l, and under the u-th smallest whenever B < u. So the samples of
ranks l and u enclose it with probability P(l ≤ B < u), and no shape has to be assumed
(W. J. Conover, "Practical Nonparametric Statistics", 3rd edition 1999, section 3.2). Ties only make
the pair enclose it more often.
"""

from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

NEGLIGIBLE = 1e-18
"""A weight so much under the mode's adds nothing to a sum of double precision."""


@lru_cache(maxsize=1024)
def quantile_ranks(count: int, quantile: Fraction, confidence: float) -> tuple[int, int]:
    """Ranks, from 1, of the two samples that enclose the quantile with at least `confidence`.

    The chance of a miss is shared evenly between both sides. Time and memory grow with the square
    root of `count`.

    Args:
        count: Number of samples.
        quantile: Between 0 and 1.
        confidence: Between 0 and 1.

    Raises:
        ValueError: where even the smallest or the largest sample does not enclose it surely enough.
    """
    first, weights = _weights_near_mode(count, float(quantile))
    allowed = (1 - confidence) / 2 * sum(weights)
    # P(B < low) is what lies before index `low - first`, and must not be more than allowed.
    below = sum(1 for total in accumulate(weights) if total <= allowed)
    above = sum(1 for total in accumulate(reversed(weights)) if total <= allowed)
    low, high = first + below, first + len(weights) - above
    if low < 1 or high > count:
        raise ValueError(f"{count} samples are too few for the interval of a {quantile} quantile")
    return low, high


def chance_of_at_least(hits: int, count: int, probability: float) -> float:
    """P(B ≥ hits) for B of `count` draws, each a hit with `probability` (over 0 and under 1)."""
    first, weights = _weights_near_mode(count, probability)
    beyond = weights[max(0, hits - first) :]
    return sum(reversed(beyond)) / sum(weights)


def _weights_near_mode(count: int, probability: float) -> tuple[int, list[float]]:
    """Binomial probabilities relative to the largest, and the number of hits that the first is of.

    Starting from the mode, each follows from its neighbour by P(k+1)/P(k) = (n-k)/(k+1) · p/(1-p),
    so that no factorial is needed and only about 17 standard deviations have to be walked.
    """
    odds = probability / (1 - probability)
    mode = min(int((count + 1) * probability), count)
    lower: list[float] = []
    weight, hits = 1.0, mode
    while hits > 0 and weight > NEGLIGIBLE:
        weight *= hits / ((count - hits + 1) * odds)
        hits -= 1
        lower.append(weight)
    upper = [1.0]
    weight, hits = 1.0, mode
    while hits < count and weight > NEGLIGIBLE:
        weight *= (count - hits) / (hits + 1) * odds
        hits += 1
        upper.append(weight)
    return mode - len(lower), lower[::-1] + upper
