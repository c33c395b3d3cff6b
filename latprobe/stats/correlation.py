"""Whether values that follow each other are alike."""

import math
from collections.abc import Sequence
from itertools import pairwise


def lag_one_correlation(values: Sequence[float]) -> float:
    """How much each value is like the one before: from -1 to 1, and about 0 where not at all.

    The sum of the products of neighbours' deviations from the mean, over that of all squares
    (G. E. P. Box and G. M. Jenkins, "Time Series Analysis", section 2.1). 0 where all are the same.
    """
    mean = math.fsum(values) / len(values)
    deviations = [value - mean for value in values]
    squares = math.fsum(it * it for it in deviations)
    if not squares:
        return 0.0
    products = (one * next_ for one, next_ in pairwise(deviations))
    return math.fsum(products) / squares
