"""Times and numbers that are noted while a service runs, and made into histograms afterwards."""

from array import array
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from latprobe._core import Histogram

if TYPE_CHECKING:
    import numpy.typing as npt


class Times(TypedDict):
    """See `latprobe.run.times.StageTimes`."""

    count: int
    sum_ns: float
    histogram: str


class Depth(TypedDict):
    """See `latprobe.run.times.Depths`."""

    count: int
    sum: int
    max: int
    histogram: str


class Series:
    """Whole numbers in the order in which they came; those before `begin_counting` do not count."""

    __slots__ = ("add", "first", "values")

    def __init__(self) -> None:
        self.values = array("q")
        self.add = self.values.append
        self.first = 0

    def begin_counting(self) -> None:
        """What was noted so far was to warm up."""
        self.first = len(self.values)

    def counted(self) -> "npt.NDArray[np.int64]":
        """Those that count."""
        return np.frombuffer(self.values, np.int64)[self.first :]


def times_of(values: "npt.NDArray[np.int64]") -> Times:
    """Times in nanoseconds as the run document has them; what is under 0 counts as 0."""
    values = np.maximum(values, 0)
    return Times(
        count=len(values), sum_ns=float(values.sum()), histogram=_histogram(values).encode()
    )


def depth_of(values: "npt.NDArray[np.int64]") -> Depth:
    """Numbers of entries as the run document has them."""
    return Depth(
        count=len(values),
        sum=int(values.sum()),
        max=int(values.max(initial=0)),
        histogram=_histogram(values).encode(),
    )


def _histogram(values: "npt.NDArray[np.int64]") -> Histogram:
    histogram = Histogram()
    different, counts = np.unique(values, return_counts=True)
    for value, count in zip(different.tolist(), counts.tolist(), strict=True):
        histogram.record(value, count)
    return histogram
