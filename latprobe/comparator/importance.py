"""In which order changes are shown."""

import math
from collections.abc import Mapping
from typing import Final

from latprobe.run.change import Change, Status

_RANKS: Final[Mapping[Status, float]] = {
    "worse": 50.0,
    "gone": 40.0,
    "new": 35.0,
    "better": 30.0,
    "unproven": 20.0,
    "no change": 10.0,
}
_KEY: Final = 5.0
_LARGEST: Final = 4.0
"""Beyond e to the power of that, one change is as large as another."""

_FROM_NOTHING: Final = 1.0
"""What there was none of has no ratio."""

_FOLLOWING: Final = frozenset(("frees", "reallocations", "bytes", "throughput"))
_FOLLOWS: Final = 0.05
"""Figures that move where another one does, which says it better."""


def importance_of(change: Change, share: float) -> float:
    """How much a change matters.

    What became of it comes first, then whether a gate hangs on it, and then how large it is.

    Args:
        change: The change.
        share: The part of all time that is spent where it is, from 0 to 1.
    """
    size = 0.0
    if change.ratio is not None and change.ratio > 0:
        size = min(_LARGEST, abs(math.log(change.ratio)))
    elif change.before != change.after:
        size = _FROM_NOTHING
    if change.figure in _FOLLOWING or change.figure.startswith("max "):
        size *= _FOLLOWS
    rank = _RANKS[change.status] + (_KEY if change.key else 0.0)
    return rank + size * math.sqrt(share)
