"""Which share of all messages is at or under a time, as far as a few forks tell.

A fork is a cluster: its samples share what makes it fast or slow, so that n forks of m samples are
not n·m independent ones. The share of all samples is Σc / Σm for forks with c of m samples at or
under the time; it is a ratio of two sums over forks, and its variance is that of a ratio estimator
(W. G. Cochran, "Sampling Techniques", 3rd edition 1977, section 3.12, formula 3.34 without the
finite population's part):

    p = Σc / Σm        s² = n / (n - 1) · Σ(c - p·m)² / (Σm)²

Two intervals are made of it, both with Student's t for n - 1 degrees of freedom, and the answer is
the smallest that holds both:

- p ± t·s. Where k of n forks have nearly all the samples beyond, it still holds the share of the
  others as long as √(k(n - 1) / (n - k)) < t: at 95 % that is three forks of 5, of 10 or of 20.
- The shares whose odds are between o / (1 + d)³ and o·(1 + d)³ for o = p / (1 - p) and
  d = t·s / 3p(1 - p). Small shares that differ from fork to fork are skewed, and where their mean
  came out small, so did their deviation. Their cube roots are nearly symmetric, as those of gamma
  variables are (E. B. Wilson and M. M. Hilferty, "The distribution of chi-square", Proceedings of
  the National Academy of Sciences 17, 1931), and an interval that is made of them reaches further
  from where the share is small. Odds are the same as small shares, and treat what is at or under a
  time and what is beyond it alike.
"""

import math
from collections.abc import Sequence

from latprobe.stats.distribution import Distribution
from latprobe.stats.interval import Interval
from latprobe.stats.student import FEWEST_FORKS
from latprobe.stats.welch import t_beyond


def share_interval(forks: Sequence[Distribution], value_ns: float, confidence: float) -> Interval:
    """Where the share of messages that are at or under a time lies, from 0 to 1.

    Where all forks agree the interval is a point: how many samples they have does not count here.

    Args:
        forks: Each fork's samples, of which each has some.
        value_ns: The time in nanoseconds.
        confidence: Between 0 and 1.

    Raises:
        ValueError: for fewer than two forks.
    """
    if len(forks) < FEWEST_FORKS:
        raise ValueError(f"a spread needs {FEWEST_FORKS} forks, there are {len(forks)}")
    counts = [(fork.count_at_or_below(math.floor(value_ns)), fork.count) for fork in forks]
    under, count = sum(it for it, _ in counts), sum(it for _, it in counts)
    share = under / count
    squares = sum((it - share * of) ** 2 for it, of in counts)
    if share in (0, 1) or not squares:
        return Interval(share, share)
    error = math.sqrt(squares * len(forks) / (len(forks) - 1)) / count
    reach = t_beyond(1 - confidence, len(forks) - 1) * error
    odds = share / (1 - share)
    further = (1 + reach / (3 * share * (1 - share))) ** 3
    low = min(share - reach, odds / (odds + further))
    high = max(share + reach, odds * further / (1 + odds * further))
    return Interval(max(0.0, low), min(1.0, high))
