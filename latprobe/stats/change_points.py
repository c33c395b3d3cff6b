"""Where a series of runs changed its level: a sequential test by ranks.

Runs come one by one, and after each it is asked whether the last few lie apart from those before
them. "Apart" is judged by ranks alone (H. B. Mann and D. R. Whitney, "On a test of whether one of
two random variables is stochastically larger than the other", Annals of Mathematical Statistics 18,
1947), so that it assumes no distribution, and that one outlier is no change. To judge after each
run, at several splits, is the change-point model of D. M. Hawkins and Q. Deng, "A nonparametric
change-point control chart", Journal of Quality Technology 42, 2010; here with exact probabilities,
since the samples after a change are few. What has been found is never taken back by later runs.

Runs may have two numbers: the figure as it was reported, and one that is steadier and is not known
of every run. A test holds the steadier one against itself, or the reported one against itself, and
never one against the other, which would find the day from which on it is known.

The level of the single test is small, since one is made after each run: `benches/history.py`
simulates how often the whole is wrong.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

AFTER: Final = (3, 4, 6, 9, 14, 20)
"""How many of the last runs are held against those before: few find a large change soon, many a
small one late."""

BEFORE: Final = (50, 40, 30, 24, 18, 12, 8)
"""With how many: the most that there are since the last change."""

LEVEL: Final = 2e-4
"""Of a single test, on both sides together."""

_BLOCK: Final = 256
"""How many runs are looked at at once: the table of their pairs is to stay in the cache."""


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
    values: Sequence[float],
    levels: Sequence[float | None] = (),
    *,
    at_least: float = 0.0,
    exact: bool = False,
) -> list[ChangePoint]:
    """The changes of level in a series, in order.

    Args:
        values: One for each run, in the order of time.
        levels: What is to be judged instead wherever all the runs that are held against each other
            have one; none at all, or one for each run. What is counted exactly is not judged by it.
        at_least: The smallest relative change of the medians, or of what is counted, that counts.
        exact: Whether the figure is counted and repeats exactly: then any other value is a change.
    """
    reported = np.asarray(values, dtype=np.float64)
    if exact:
        return list(_exact(reported, at_least))
    steadier = np.asarray(levels or [None] * len(reported), dtype=np.float64)
    return list(_by_ranks(reported, steadier, at_least))


def _exact(series: NDArray[np.float64], at_least: float) -> Iterator[ChangePoint]:
    """Held against the level since the last change, so that small ones add up."""
    level = series[0] if len(series) else 0.0
    for index, value in enumerate(series):
        if abs(value - level) > at_least * abs(level):
            yield ChangePoint(index, index, float(level), float(value), 0.0)
            level = value


def _by_ranks(
    reported: NDArray[np.float64], steadier: NDArray[np.float64], at_least: float
) -> Iterator[ChangePoint]:
    suspects = _suspects(reported, steadier)
    start = 0
    while (found := _first(suspects, start, at_least)) is not None:
        yield found
        start = found.index


class _Suspect(NamedTuple):
    """Runs of which the last `after` lie apart from the `before` ones before those."""

    stop: int
    after: int
    before: int
    series: NDArray[np.float64]


def _first(suspects: Sequence[_Suspect], start: int, at_least: float) -> ChangePoint | None:
    """The first change that is found in the runs from `start` on."""
    for stop, after, before, series in suspects[bisect_left(suspects, (start,)) :]:
        if before != _most_before(stop - start - after):
            continue
        change = _located(series, stop - after - before, stop, after)
        if abs(change.after - change.before) > at_least * abs(change.before):
            return change
    return None


def _most_before(size: int) -> int | None:
    """How many runs those after are held against, where there are so many."""
    return next((it for it in BEFORE if it <= size), None)


def _suspects(reported: NDArray[np.float64], steadier: NDArray[np.float64]) -> list[_Suspect]:
    """Wherever the last few runs lie apart from some number before them, in the order of time."""
    lacking = np.concatenate(([0], np.cumsum(np.isnan(steadier))))
    found: list[_Suspect] = []
    for series, is_steadier in ((reported, False), (steadier, True)):
        if lacking[-1] == (len(series) if is_steadier else 0):
            continue
        for stop, after, before in _apart(series):
            start = stop - after - before
            if (lacking[start] == lacking[stop]) == is_steadier:
                found.append(_Suspect(stop, after, before, series))
    # No two are of the same runs, so that it never comes to comparing their series.
    return sorted(found)


def _apart(series: NDArray[np.float64]) -> Iterator[tuple[int, int, int]]:
    """Where runs end of which the last lie apart, how many those are, and how many are before."""
    lead = max(AFTER) + max(BEFORE)
    for first in range(0, len(series), _BLOCK):
        offset = max(0, first - lead)
        sums = _sign_sums(series[offset : first + _BLOCK])
        for after, before in product(AFTER, BEFORE):
            critical = critical_rank_sum(after, before)
            if critical is None:
                continue
            stops = np.arange(max(first - offset + 1, after + before), len(sums))
            split, start = stops - after, stops - after - before
            more = sums[split, stops] - sums[start, stops] - sums[split, split] + sums[start, split]
            # Mann and Whitney's U of the smaller side; values that are alike count a half.
            apart = stops[before * after - np.abs(more) <= 2 * critical]
            yield from ((int(it) + offset, after, before) for it in apart)


def _sign_sums(series: NDArray[np.float64]) -> NDArray[np.int32]:
    """How many pairs rise less how many fall: entry i, j is of the first i runs and the first j.

    From four entries follows the sum of any runs and any others.
    """
    size = len(series) + 1
    sums = np.zeros((size, size), dtype=np.int32)
    rises = (series[None, :] > series[:, None]).view(np.int8)
    falls = (series[None, :] < series[:, None]).view(np.int8)
    np.cumsum(rises - falls, axis=0, out=sums[1:, 1:])
    np.cumsum(sums, axis=1, out=sums)
    return sums


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
