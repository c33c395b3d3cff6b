"""Where a series of runs changed its level: a kernel method, asked where ranks make it worth it.

Runs come one by one, and after each it is asked whether the last few lie apart from those before
them. First by ranks alone (H. B. Mann and D. R. Whitney, "On a test of whether one of two random
variables is stochastically larger than the other", Annals of Mathematical Statistics 18, 1947),
which is quick and lets one run in some hundred pass. Those are judged by kernel change-point
detection as ruptures has it (A. Celisse, G. Marot, M. Pierre-Jean and G. J. Rigaill, "New efficient
algorithms for multiple change-point detection with reproducing kernels", Computational Statistics
and Data Analysis 128, 2018). Neither assumes a distribution, and to neither one outlier is a
change. To judge after each run, at several splits, is the change-point model of D. M. Hawkins and
Q. Deng, "A nonparametric change-point control chart", Journal of Quality Technology 42, 2010. What
has been found is never taken back by later runs.

Level, width and penalty were chosen together: `benches/history_changes.py` simulates how often the
whole is wrong.
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

LEVEL: Final = 1e-3
"""Of a single test by ranks, on both sides together."""

_WINDOW: Final = 100
"""The most runs that the kernel method is shown."""

_LEAST: Final = min(AFTER)
"""Runs of a level, at least."""

_GAMMA: Final = 0.1
"""Of the Gaussian kernel exp(-gamma d^2), of distances in standard deviations."""

_NORMAL: Final = 1.4826 / 2**0.5
"""A standard deviation for a median difference, of normal noise."""

_PENALTY: Final = 2.0
"""What a change must explain, at least: about as many runs that are unlike all others."""

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
        probability: By ranks, of the last runs to lie so far from those before by chance, at this
            split alone.
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
    """Runs of which the last `after` lie apart from the `before` ones before those.

    No run from `whole` on lacks a value in `series`.
    """

    stop: int
    after: int
    before: int
    whole: int
    series: NDArray[np.float64]


def _first(suspects: Sequence[_Suspect], start: int, at_least: float) -> ChangePoint | None:
    """The first change that is found in the runs from `start` on."""
    asked: tuple[int, int, int] | None = None
    for it in suspects[bisect_left(suspects, (start,)) :]:
        if it.before != _most_before(it.stop - start - it.after):
            continue
        first = max(start, it.whole, it.stop - _WINDOW)
        # Ranks may let the same runs pass by several of their ends: they have one answer.
        same = (it.stop, first, id(it.series))
        if same == asked:
            continue
        asked = same
        change = _judged(it, first)
        if change and abs(change.after - change.before) > at_least * abs(change.before):
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
                whole = _since(lacking, stop) if is_steadier else 0
                found.append(_Suspect(stop, after, before, whole, series))
    # No two are of the same runs, so that it never comes to comparing their series.
    return sorted(found)


def _since(lacking: NDArray[np.int64], stop: int) -> int:
    """The first run from which on none lacks a level, until `stop`."""
    return int(np.searchsorted(lacking, lacking[stop]))


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


def _judged(it: _Suspect, start: int) -> ChangePoint | None:
    """The last change in the runs from `start` on, by the kernel method."""
    window = it.series[start : it.stop]
    *earlier, split = (0, *_splits(window))
    if not earlier:
        return None
    recent = window[-it.after :]
    return ChangePoint(
        index=start + split,
        found=it.stop - 1,
        before=float(np.median(window[earlier[-1] : split])),
        after=float(np.median(window[split:])),
        probability=_probability(recent, window[-it.after - it.before : -it.after]),
    )


def _splits(window: NDArray[np.float64]) -> list[int]:
    from ruptures import KernelCPD  # noqa: PLC0415  # takes a while, and few series need it

    # Of neighbours' differences, which a step does not move; where most are 0, of all.
    differences = np.abs(np.diff(window))
    deviation = float(np.median(differences)) * _NORMAL or float(differences.mean()) or 1.0
    scaled = ((window - np.median(window)) / deviation).reshape(-1, 1)
    kernel = KernelCPD(kernel="rbf", min_size=_LEAST, params={"gamma": _GAMMA}).fit(scaled)
    *splits, _ = kernel.predict(pen=_PENALTY)
    return [int(split) for split in splits]


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
