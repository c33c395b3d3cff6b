"""Samples that gather where few or none did before.

Both distributions are counted into the same bins, each a tenth wider than the one before and never
narrower than two steps of the instrument, so that its steps make no modes of their own. A mode is a
bin that has more than its neighbours; it is new where the bins around it have several times the
share that they had.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from latprobe.stats.distribution import Distribution

_GROWTH: Final = 1.1
_STEPS: Final = 2
_TIMES: Final = 3.0
"""How many times the share of before makes a mode new."""

_VALLEY: Final = 0.5
"""What lies before a mode is less than this part of it."""

_REACH: Final = 2
"""Bins on either side that belong to a mode."""

_FEWEST: Final = 20
_LEAST_SHARE: Final = 0.0001


@dataclass(frozen=True)
class Mode:
    """Where samples gather.

    Attributes:
        value_ns: The median of those that do, in nanoseconds.
        before_share: The share of all samples that lay there before.
        after_share: The share that does now.
    """

    value_ns: int
    before_share: float
    after_share: float


def new_mode(before: Distribution, after: Distribution, step_ns: float) -> Mode | None:
    """The new mode that has gained the most samples, or None where there is none.

    Args:
        before: The first side; not empty.
        after: The second; not empty.
        step_ns: The instrument's step, in nanoseconds.
    """
    edges = _edges(min(before.min, after.min), max(before.max, after.max), step_ns)
    old, new = _binned(before, edges), _binned(after, edges)
    found = [it for place in range(len(new)) if (it := _mode(old, new, place, after, edges))]
    return max(found, key=lambda it: it.after_share - it.before_share, default=None)


def _mode(
    old: Sequence[int], new: Sequence[int], place: int, after: Distribution, edges: Sequence[float]
) -> Mode | None:
    first, last = max(0, place - _REACH), min(len(new), place + _REACH + 1)
    height = new[place]
    if height == 0 or height < max(new[first:last]) or not _has_valley(new, place):
        return None
    gathered, were = sum(new[first:last]), sum(old[first:last])
    shares = were / sum(old), gathered / sum(new)
    if gathered < _FEWEST or shares[1] < max(_LEAST_SHARE, _TIMES * shares[0]):
        return None
    under = sum(new[:first])
    value = after.value_at_rank(under + (gathered + 1) // 2)
    return Mode(value, *shares) if edges[first] <= value else None


def _has_valley(new: Sequence[int], place: int) -> bool:
    """Whether there is something before it, and less between that and it than there is in it."""
    if not any(new[:place]):
        return False
    height = new[place]
    lowest = height
    for count in reversed(new[:place]):
        if count > height:
            return lowest < _VALLEY * height
        lowest = min(lowest, count)
    return lowest < _VALLEY * height


def _edges(low: int, high: int, step_ns: float) -> list[float]:
    """Where bins begin; the last is where the last one ends."""
    least = _STEPS * max(step_ns, 1.0)
    edges = [float(low) - 0.5]
    while edges[-1] <= high:
        edges.append(max(edges[-1] * _GROWTH, edges[-1] + least))
    return edges


def _binned(samples: Distribution, edges: Sequence[float]) -> list[int]:
    """How many samples lie in each bin."""
    up_to = [samples.count_at_or_below(math.floor(edge)) for edge in edges]
    return [high - low for low, high in pairwise(up_to)]
