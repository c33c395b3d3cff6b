"""What a soak measured, as far as budgets are about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from latprobe.stats import Distribution

if TYPE_CHECKING:
    import numpy.typing as npt

    Column = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Group:
    """Intervals taken together.

    Attributes:
        first: Index of the first.
        times: Of all of them; None where no message was timed.
        sum_ns: Of these times.
    """

    first: int
    times: Distribution | None
    sum_ns: float


class SoakTimes(Protocol):
    """The times of a soak, which are more than is kept in memory at once."""

    def groups(self, tag: str, runs: Sequence[range]) -> Iterator[Group]:
        """Those of some runs of intervals, which follow each other, by a stage's tag."""


@dataclass(frozen=True)
class SoakEvidence:
    """The intervals of a soak, in order.

    Attributes:
        columns: Those of the series by name; NaN where there is nothing.
        times: The histograms.
        step_ns: What a single time cannot be told finer than.
        offset_error_ns: How far the offset that was taken off each time may be off.
        interval_s: How long an interval was to be.
    """

    columns: Mapping[str, "Column"]
    times: SoakTimes
    step_ns: float
    offset_error_ns: float
    interval_s: float

    def after(self, seconds: float) -> range:
        """The intervals that begin then or later."""
        starts = self.columns["elapsed_s"]
        # Lengths of intervals are measured, and a thousandth short or long.
        return range(int(np.searchsorted(starts, seconds - self.interval_s / 2)), len(starts))

    def windows(self, seconds: float, among: range) -> list[range]:
        """Intervals by the window that they begin in.

        The last window is left out unless half of it was measured, or it is the only one.
        """
        starts, lengths = self.columns["elapsed_s"], self.columns["seconds"]
        if not among:
            return []
        origin = starts[among.start]
        numbers = ((starts[among.start :] - origin + self.interval_s / 2) // seconds).astype(int)
        bounds = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
        found = [range(among.start + first, among.start + end) for first, end in pairwise(bounds)]
        measured = float(lengths[found[-1].start :].sum())
        return found if len(found) == 1 or measured >= seconds / 2 else found[:-1]


def runs_of(among: range, count: int) -> list[range]:
    """At most so many runs of intervals that follow each other, as long as each other."""
    count = min(count, len(among))
    bounds = [among.start + len(among) * nth // count for nth in range(count + 1)] if count else []
    return [range(first, end) for first, end in pairwise(bounds)]
