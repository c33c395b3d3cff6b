"""The smallest change that pairs of forks can show."""

import math
from collections.abc import Sequence
from statistics import NormalDist

from latprobe.stats.signed_rank import fewest_pairs, signed_rank_interval

_USUAL_LEVEL = 0.05


def smallest_change(
    differences: Sequence[float], pairs: int, level: float, power: float
) -> float | None:
    """The smallest difference that so many pairs show, from what pairs that are alike differ by.

    A difference d is found where the interval of the pairs leaves out 0: that is with probability
    `power` where d is as many standard errors as the quantiles of `level` and of `power` have
    together. The standard error is read off the interval of the differences at hand.

    Args:
        differences: Logarithms of ratios of pairs whose sides are alike.
        pairs: How many pairs there would be.
        level: The level that the figure would be tested at.
        power: How often the change shall be found.

    Returns:
        The difference, as a logarithm; None where pairs, or differences, are too few.
    """
    interval = signed_rank_interval(differences, _USUAL_LEVEL)
    if interval is None or pairs < fewest_pairs(level):
        return None
    normal = NormalDist()
    half = (interval.high - interval.low) / 2
    error = half / normal.inv_cdf(1 - _USUAL_LEVEL / 2) * math.sqrt(len(differences) / pairs)
    reach = normal.inv_cdf(1 - level / 2) + normal.inv_cdf(power)
    return reach * error
