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
from typing import Final

from latprobe.stats.interval import Interval
from latprobe.stats.welch import t_beyond

FEWEST_FORKS: Final = 2
"""One fork says nothing about the spread between forks."""


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
    reach = t_beyond(1 - confidence, len(fork_values) - 1) * error
    return Interval(mean - reach, mean + reach)
