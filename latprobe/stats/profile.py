"""Two distributions held against each other, quantile by quantile.

A quantile has moved where three things say so: it is further off than the instrument's step; the
ranks that its place among the samples leaves open do not overlap; and the forks' own quantiles
differ by Welch's test. One such point may be chance; a run of them is not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from latprobe.stats.distribution import Distribution, resolution_ns
from latprobe.stats.quantile import quantile_rank
from latprobe.stats.ratio import Sampled, log_ratio
from latprobe.stats.student import FEWEST_FORKS

_FEWEST_BEYOND: Final = 10
_DEVIATIONS: Final = 2.0
_CHANCE: Final = 0.003
_LEAST: Final = 0.5
"""A time of 0 is less than half of the nanosecond that histograms are whole in."""

_STEPS_A_DECADE: Final = 20
_DECADES: Final = 7


@dataclass(frozen=True)
class Times:
    """One side: the samples of all forks, and each fork's own, in nanoseconds."""

    merged: Distribution
    forks: Sequence[Distribution]


@dataclass(frozen=True)
class Point:
    """One quantile on both sides.

    Attributes:
        beyond: The share of the samples that is over it: 0.01 of p99.
        before_ns: Its time on the first side.
        after_ns: Its time on the second.
        moved: 1 where it is later, -1 where it is earlier, 0 where that cannot be told.
    """

    beyond: float
    before_ns: int
    after_ns: int
    moved: int

    @property
    def difference_ns(self) -> int:
        """How much later, in nanoseconds."""
        return self.after_ns - self.before_ns


def profile(before: Times, after: Times, step_ns: float) -> list[Point]:
    """Quantiles from the first hundredth on to as far out as both sides have ten samples.

    Args:
        before: The first side.
        after: The second.
        step_ns: The instrument's step, in nanoseconds.
    """
    fewest = min(before.merged.count, after.merged.count)
    return [
        _point(before, after, beyond, step_ns)
        for beyond in _grid()
        if float(beyond) * fewest >= _FEWEST_BEYOND and float(1 - beyond) * fewest >= _FEWEST_BEYOND
    ]


def _grid() -> list[Fraction]:
    """Shares beyond: the body in steps of 5 %, and then twenty for each decade."""
    body = [Fraction(percent, 100) for percent in range(95, 9, -5)]
    tail = [
        Fraction(f"{10 ** (-1 - place / _STEPS_A_DECADE):.4g}")
        for place in range(1, _STEPS_A_DECADE * (_DECADES - 1) + 1)
    ]
    return [*body, *tail]


def _point(before: Times, after: Times, beyond: Fraction, step_ns: float) -> Point:
    quantile = 1 - beyond
    one, other = _around(before.merged, quantile), _around(after.merged, quantile)
    value, new_value = one[1], other[1]
    further = abs(new_value - value)
    finest = max(step_ns, 1.0) + resolution_ns(max(value, new_value))
    apart = other[0] > one[2] or other[2] < one[0]
    sure = further > finest and apart and _differ(before.forks, after.forks, quantile)
    return Point(float(beyond), value, new_value, (1 if new_value > value else -1) * sure)


def _around(samples: Distribution, quantile: Fraction) -> tuple[int, int, int]:
    """The quantile, and where chance alone could have put it."""
    count = samples.count
    rank = quantile_rank(count, quantile)
    reach = math.ceil(_DEVIATIONS * math.sqrt(count * float(quantile * (1 - quantile))))
    ranks = (max(1, rank - reach), rank, min(count, rank + reach))
    low, value, high = (samples.value_at_rank(it) for it in ranks)
    return low, value, high


def _differ(
    before: Sequence[Distribution], after: Sequence[Distribution], quantile: Fraction
) -> bool:
    """Whether forks say so too; a single fork says nothing against it."""
    values = [
        [
            max(it.value_at_rank(quantile_rank(it.count, quantile)), _LEAST)
            for it in forks
            if it.count
        ]
        for forks in (before, after)
    ]
    if any(len(it) < FEWEST_FORKS for it in values):
        return True
    sides = [Sampled(math.fsum(it) / len(it), it) for it in values]
    return log_ratio(*sides).chance() < _CHANCE
