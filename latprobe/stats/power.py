"""The smallest change that pairs of forks can show."""

import math
from collections.abc import Sequence

from latprobe.stats.signed_rank import fewest_pairs, signed_rank_interval
from latprobe.stats.welch import t_beyond

_USUAL_LEVEL = 0.05


def smallest_change(
    differences: Sequence[float], pairs: int, level: float, power: float
) -> float | None:
    """The smallest difference that so many pairs show, from what pairs that are alike differ by.

    A difference d is found where the interval of the pairs leaves out 0: that is with probability
    `power` where d is as many standard errors as the quantiles of `level` and of `power` have
    together: Student's, for as many degrees of freedom as there are pairs but one. The standard
    error is read off the interval of the differences at hand, and is taken for larger by its own
    standard error, 1/√(2n) of it, so that a change of that size is found as often as is said, and
    not only where the spread happened to be overrated.

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
    count = len(differences)
    half = (interval.high - interval.low) / 2
    error = half / t_beyond(_USUAL_LEVEL, count - 1) * math.sqrt(count / pairs)
    # One side of Student's distribution for the power, both for the level.
    reach = t_beyond(level, pairs - 1) + t_beyond(2 * (1 - power), pairs - 1)
    return reach * error * (1 + 1 / math.sqrt(2 * count))
