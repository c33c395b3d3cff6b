"""Many forks of one population, of which each comparison takes some."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from benches.stats.population import Population, Times
from latprobe.stats import quantile_rank


@dataclass(frozen=True)
class Binned:
    """Samples on the values of a pool: a distribution as the statistics ask for it.

    Attributes:
        values: The values that there are, in nanoseconds, rising.
        cumulated: How many samples are at or under each.
    """

    values: Sequence[int]
    cumulated: Sequence[int]

    @property
    def count(self) -> int:
        """Number of samples."""
        return self.cumulated[-1]

    @property
    def min(self) -> int:
        """Smallest sample."""
        return self.value_at_rank(1)

    @property
    def max(self) -> int:
        """Largest sample."""
        return self.value_at_rank(self.count)

    def value_at_rank(self, rank: int) -> int:
        """The sample of that rank, from 1."""
        low, high = 0, len(self.values)
        while low < high:
            middle = (low + high) // 2
            if self.cumulated[middle] < rank:
                low = middle + 1
            else:
                high = middle
        return self.values[low]

    def count_at_or_below(self, value_ns: int) -> int:
        """Number of samples of at most that."""
        index = bisect_right(self.values, value_ns)
        return self.cumulated[index - 1] if index else 0


@dataclass(frozen=True)
class Pool:
    """Forks that were drawn.

    Attributes:
        values: The values that any of them has.
        cumulated: For each fork how many of its samples are at or under each value.
        means: The mean of each fork.
        drifts: Whether they stand in the order of the session.
    """

    values: list[int]
    cumulated: npt.NDArray[np.int32]
    means: npt.NDArray[np.float64]
    drifts: bool

    def draw(self, dice: np.random.Generator, forks: int) -> npt.NDArray[np.intp]:
        """Indices of some forks; spread over the session where it drifts, as a run's are."""
        size = len(self.means)
        if self.drifts:
            places = (np.arange(forks) + dice.random(forks)) / forks
            return (places * size).astype(np.intp)
        return dice.choice(size, forks, replace=False).astype(np.intp)

    def forks(self, indices: npt.NDArray[np.intp]) -> list[Binned]:
        """The forks at these indices."""
        return [Binned(self.values, memoryview(self.cumulated[it])) for it in indices]

    def merged(self, indices: npt.NDArray[np.intp]) -> Binned:
        """All their samples together."""
        return Binned(self.values, memoryview(self.cumulated[indices].sum(axis=0)))

    def quantile(self, quantile: Fraction) -> int:
        """That of all forks together."""
        everything = self.merged(np.arange(len(self.means)))
        return everything.value_at_rank(quantile_rank(everything.count, quantile))


def pool_of(
    population: Population, forks: int, messages: int, seed: int, *, usual: bool = False
) -> Pool:
    """Draws a pool; with `usual` of what is meant to be measured alone."""
    times = population.usual if usual and population.usual else population.times
    dice = np.random.default_rng(seed)
    edges = _edges()
    counts = np.empty((forks, len(edges)), np.int16)
    means = np.empty(forks)
    for fork in range(forks):
        counts[fork], means[fork] = _fork(times, dice, messages, fork / forks, edges)
    used = counts.any(axis=0)
    cumulated = counts[:, used].cumsum(axis=1, dtype=np.int32)
    return Pool(edges[used].tolist(), cumulated, means, population.drifts)


def _fork(
    times: Times,
    dice: np.random.Generator,
    messages: int,
    at: float,
    edges: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.intp], float]:
    drawn = times(dice, messages, at)
    places = np.minimum(np.searchsorted(edges, np.round(drawn)), len(edges) - 1)
    return np.bincount(places, minlength=len(edges)), float(drawn.mean())


def _edges() -> npt.NDArray[np.int64]:
    """The values that a histogram of three digits tells apart, up to some seconds."""
    steps = [np.arange(2_048, dtype=np.int64)]
    steps += [(1_024 + np.arange(1_024, dtype=np.int64)) << power for power in range(1, 22)]
    return np.concatenate(steps)
