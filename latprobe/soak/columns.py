"""Intervals taken together to the columns of a picture."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from latprobe.soak.series import Series

if TYPE_CHECKING:
    import numpy.typing as npt

_MOST: Final = 400
_MOST_GAPS: Final = 40
_LONGEST_S: Final = 1e9
"""Thirty years: what says more is damaged."""
_SLACK_S: Final = 0.002
"""Times are told to the millisecond."""


class Column(NamedTuple):
    """Intervals that follow each other, from `first` up to `stop`; seconds since the start."""

    first: int
    stop: int
    start_s: float
    end_s: float


def whole_intervals(series: Series) -> int:
    """How many intervals, from the first on, are at a time that can be."""
    starts, seconds = series.column("elapsed_s"), series.column("seconds")
    ends = starts + seconds
    with np.errstate(invalid="ignore"):
        sound = (starts >= 0) & (seconds >= 0) & (ends < _LONGEST_S)
        sound[1:] &= starts[1:] >= ends[:-1] - _SLACK_S
    return len(sound) if sound.all() else int(np.argmin(sound))


def columns_of(series: Series) -> tuple[Column, ...]:
    """At most some four hundred of the whole intervals. None reaches over a longer gap."""
    count = whole_intervals(series)
    if not count:
        return ()
    starts = series.column("elapsed_s")[:count]
    ends = starts + series.column("seconds")[:count]
    each = -(-count // _MOST)
    bounds = [0, *_after_gaps(starts, ends, each), count]
    firsts = [at for start, stop in pairwise(bounds) for at in range(start, stop, each)]
    return tuple(
        Column(first, stop, float(starts[first]), float(ends[stop - 1]))
        for first, stop in pairwise([*firsts, count])
    )


def by_column(
    values: "npt.NDArray[np.float64]",
    columns: Sequence[Column],
    take: "Callable[[npt.NDArray[np.float64]], float]",
) -> tuple[float, ...]:
    """What `take` makes of those values of each column that are known; NaN where none is."""
    return tuple(_taken(values[it.first : it.stop], take) for it in columns)


def _taken(
    values: "npt.NDArray[np.float64]", take: "Callable[[npt.NDArray[np.float64]], float]"
) -> float:
    known = values[np.isfinite(values)]
    return float(take(known)) if len(known) else float("nan")


def _after_gaps(
    starts: "npt.NDArray[np.float64]", ends: "npt.NDArray[np.float64]", each: int
) -> list[int]:
    """The intervals before which nothing was measured for a part of a column."""
    gaps = starts[1:] - ends[:-1]
    shortest = 0.5 * each * float(np.median(ends - starts))
    long = np.flatnonzero(gaps > shortest)
    longest = long[np.argsort(-gaps[long], kind="stable")][:_MOST_GAPS]
    return sorted((longest + 1).tolist())
