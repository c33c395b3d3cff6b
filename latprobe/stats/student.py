"""The mean of a few forks, and how sure it is.

Forks are independent of each other and samples within one are not, so that the mean of each fork
counts as one observation. With n of them, of mean m and standard deviation s (divisor n - 1), the
expectation lies in m ± t·s/√n with the chosen confidence, where t is Student's for n - 1 degrees
of freedom (Student, "The probable error of a mean", Biometrika 6, 1908). That holds exactly where
fork means are normal, which the central limit theorem makes nearly true of means over many samples.
"""

import math
import statistics
from collections.abc import Sequence
from functools import lru_cache

from latprobe.stats.interval import Interval

FEWEST_FORKS = 2
"""One fork says nothing about the spread between forks."""


def _central_probability(angle: float, degrees: int) -> float:
    """Probability that Student's t is within ± √degrees · tan(angle).

    For whole degrees of freedom it is a finite sum: Abramowitz and Stegun, "Handbook of
    Mathematical Functions", 26.7.3 (odd) and 26.7.4 (even).

    Args:
        angle: In radians, from 0 to π/2.
        degrees: Degrees of freedom, at least 1.
    """
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = degrees % 2 == 1
    term = cosine if odd else 1.0
    total = term if degrees > 1 else 0.0
    # Each term follows from the one before by cos² times k / (k + 1).
    for k in range(2 if odd else 1, degrees - 2, 2):
        term *= cosine * cosine * k / (k + 1)
        total += term
    return (angle + sine * total) * 2 / math.pi if odd else sine * total


@lru_cache(maxsize=256)
def critical_t(confidence: float, degrees: int) -> float:
    """The t that Student's distribution is within ± of with probability `confidence`.

    Raises:
        ValueError: for less than one degree of freedom, or a confidence not between 0 and 1.
    """
    if degrees < 1:
        raise ValueError(f"{degrees} degrees of freedom")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence}")
    low, high = 0.0, math.pi / 2
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return math.sqrt(degrees) * math.tan(middle)
        if _central_probability(middle, degrees) < confidence:
            low = middle
        else:
            high = middle


def mean_interval(fork_values: Sequence[float], confidence: float) -> Interval:
    """Where the expectation of a figure lies, from its value in each fork.

    Args:
        fork_values: One value for each fork, all in one unit, which is also the answer's.
        confidence: Between 0 and 1.

    Raises:
        ValueError: for fewer than two forks.
    """
    if len(fork_values) < FEWEST_FORKS:
        raise ValueError(f"a spread needs {FEWEST_FORKS} forks, there are {len(fork_values)}")
    mean = math.fsum(fork_values) / len(fork_values)
    error = statistics.stdev(fork_values) / math.sqrt(len(fork_values))
    reach = critical_t(confidence, len(fork_values) - 1) * error
    return Interval(mean - reach, mean + reach)
