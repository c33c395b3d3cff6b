"""Where a series of runs changed its level: a sequential test by ranks.

Runs come one by one, and after each it is asked whether the last few lie apart from those before
them. "Apart" is judged by ranks alone (H. B. Mann and D. R. Whitney, "On a test of whether one of
two random variables is stochastically larger than the other", Annals of Mathematical Statistics 18,
1947), so that it assumes no distribution, and that one outlier is no change. To judge after each
run, at several splits, is the change-point model of D. M. Hawkins and Q. Deng, "A nonparametric
change-point control chart", Journal of Quality Technology 42, 2010; here with exact probabilities,
since the samples after a change are few. What has been found is never taken back by later runs.

The level of the single test is small, since one is made after each run: `benches/history.py`
simulates how often the whole is wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

AFTER: Final = (3, 4, 6, 9, 14, 20)
"""How many of the last runs are held against those before: few find a large change soon, many a
small one late."""

BEFORE: Final = (50, 40, 30, 24, 18, 12, 8)
"""With how many: the most that there are since the last change."""

LEVEL: Final = 2e-4
"""Of a single test, on both sides together."""


@dataclass(frozen=True)
class ChangePoint:
    """A level that changed.

    Attributes:
        index: Of the first run after it.
        found: Of the run at which it was found.
        before: Median of the runs before it that it was held against.
        after: Median of the runs from it on, until it was found.
        probability: Of runs that lie so far apart by chance, at this split alone.
    """

    index: int
    found: int
    before: float
    after: float
    probability: float

    @property
    def ratio(self) -> float | None:
        """The level after for that before; None where that was 0."""
        return self.after / self.before if self.before else None


def change_points(
    values: Sequence[float], *, at_least: float = 0.0, exact: bool = False
) -> list[ChangePoint]:
    """The changes of level in a series, in order.

    Args:
        values: One for each run, in the order of time.
        at_least: The smallest relative change of the medians that counts.
        exact: Whether the figure is counted and repeats exactly: then any other value is a change.
    """
    series = np.asarray(values, dtype=np.float64)
    return list(_exact(series) if exact else _by_ranks(series, at_least))


def _exact(series: NDArray[np.float64]) -> Iterator[ChangePoint]:
    for index in np.flatnonzero(np.diff(series)) + 1:
        before, after = float(series[index - 1]), float(series[index])
        yield ChangePoint(int(index), int(index), before, after, 0.0)


def _by_ranks(series: NDArray[np.float64], at_least: float) -> Iterator[ChangePoint]:
    start = 0
    while True:
        found = _first(series, start, at_least)
        if found is None:
            return
        yield found
        start = found.index


def _first(series: NDArray[np.float64], start: int, at_least: float) -> ChangePoint | None:
    """The first change that is found in the runs from `start` on."""
    size = len(series) - start
    suspects = sorted(
        (end, after, before)
        for after in AFTER
        for before, smaller in zip(BEFORE, (None, *BEFORE[:-1]), strict=True)
        if size >= after + before and critical_rank_sum(after, before) is not None
        for end in _ends_apart(series[start:], after, before, smaller)
    )
    for end, after, before in suspects:
        stop = start + end
        change = _located(series, max(start, stop - after - before), stop, after)
        if abs(change.after - change.before) > at_least * abs(change.before):
            return change
    return None


def _ends_apart(
    series: NDArray[np.float64], after: int, before: int, larger: int | None
) -> list[int]:
    """How many runs there were each time that the last `after` lay apart from `before` others.

    Where there are enough runs for a `larger` number, that is judged in the place of this one.
    """
    critical = critical_rank_sum(after, before)
    assert critical is not None
    most = len(series) if larger is None else min(len(series), larger + after - 1)
    windows = np.lib.stride_tricks.sliding_window_view(series[:most], before + after)
    old, new = windows[:, :before, None], windows[:, None, before:]
    # Mann and Whitney's U: pairs of which the later is larger, and half of those alike.
    above = np.count_nonzero(new > old, axis=(1, 2))
    below = np.count_nonzero(new < old, axis=(1, 2))
    pairs = before * after
    smaller_side = (pairs - np.abs(above - below)) / 2
    return [int(it) + before + after for it in np.flatnonzero(smaller_side <= critical)]


def _located(series: NDArray[np.float64], start: int, stop: int, after: int) -> ChangePoint:
    """The split near that which was found at which each side lies closest to its median."""
    window = series[start:stop]
    # A change that is found by the last `after` runs began among them, or shortly before.
    earliest = max(2, len(window) - 2 * after)
    splits = range(earliest, len(window) - 1)
    split = min(splits, key=lambda it: _deviations(window, it))
    return ChangePoint(
        index=start + split,
        found=stop - 1,
        before=float(np.median(window[:split])),
        after=float(np.median(window[split:])),
        probability=_probability(window[-after:], window[:-after]),
    )


def _deviations(window: NDArray[np.float64], split: int) -> float:
    """How far the values lie from the medians of their sides, summed."""
    sides = (window[:split], window[split:])
    return float(sum(np.abs(side - np.median(side)).sum() for side in sides))


def _probability(after: NDArray[np.float64], before: NDArray[np.float64]) -> float:
    """Of samples that lie so far apart, to either side, where nothing changed."""
    old, new = before[:, None], after[None, :]
    above, below = np.count_nonzero(new > old), np.count_nonzero(new < old)
    # Rounded up where values are alike, which errs on the side of chance.
    smaller_side = -((abs(int(above) - int(below)) - len(after) * len(before)) // 2)
    counts = _orders(len(after), len(before))
    return min(1.0, 2 * sum(counts[: smaller_side + 1]) / sum(counts))


@lru_cache
def critical_rank_sum(after: int, before: int) -> int | None:
    """The largest U, of the smaller side, that is as rare as `LEVEL`; None where none is.

    The number of orders of n + m values with a given U is that of partitions of U into at most m
    parts of at most n each, a Gaussian binomial coefficient, which Mann and Whitney's recursion
    counts.
    """
    counts = _orders(after, before)
    total = sum(counts)
    within = 0
    critical = None
    for rank_sum, count in enumerate(counts):
        within += count
        if 2 * within > LEVEL * total:
            return critical
        critical = rank_sum
    return critical


@lru_cache
def _orders(after: int, before: int) -> list[int]:
    """How many orders there are for each U, from 0 to `after` · `before`."""
    size = after * before + 1
    counts = [1] + [0] * (size - 1)
    # The product of (1 - q^(before + k)) / (1 - q^k) over k, as a polynomial in q.
    for k in range(1, after + 1):
        for power in range(size - 1, before + k - 1, -1):
            counts[power] -= counts[power - before - k]
        for power in range(k, size):
            counts[power] += counts[power - k]
    return counts
