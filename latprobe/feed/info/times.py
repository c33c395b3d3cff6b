"""Receive times in figures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.info.log_histogram import LogHistogram
from latprobe.feed.info.model import Distribution, Rates
from latprobe.feed.reader import Feed
from latprobe.feed.receive_times import read_receive_times

if TYPE_CHECKING:
    import numpy.typing as npt

_PARTS: Final = 960
"""Into so many a feed's duration is parted at most; a terminal of any width joins some of them."""
_INT64_MAX: Final = 2**63 - 1
_INT64_MIN: Final = -(2**63)


@dataclass(frozen=True, slots=True)
class Times:
    """What the receive times of a feed say by themselves."""

    first_ns: int
    last_ns: int
    out_of_order: int
    inter_arrival_ns: Distribution | None


def times_of(feed: Feed) -> Times:
    """Reads the receive times of a feed."""
    gaps = LogHistogram()
    first, last, out_of_order = 0, 0, 0
    previous: int | None = None
    for times in read_receive_times(feed):
        least, most = int(times.min()), int(times.max())
        first = least if previous is None else min(first, least)
        last = most if previous is None else max(last, most)
        before = times[:-1] if previous is None else np.concatenate(([previous], times[:-1]))
        steps = difference(times[1:] if previous is None else times, before)
        out_of_order += int(np.count_nonzero(steps < 0))
        gaps.add(steps)
        previous = int(times[-1])
    return Times(first, last, out_of_order, gaps.distribution())


def difference(
    later: "npt.NDArray[np.int64]", earlier: "npt.NDArray[np.int64]"
) -> "npt.NDArray[np.int64]":
    """One less the other; what leaves 64 bits ends at their limits."""
    result = later - earlier
    wrapped = ((later ^ earlier) & (later ^ result)) < 0
    if wrapped.any():
        result[wrapped] = np.where(later[wrapped] < 0, _INT64_MIN, _INT64_MAX)
    return result


class RateTally:
    """Counts messages in parts of the time from the first to the last."""

    def __init__(self, times: Times) -> None:
        self._start = times.first_ns
        span = times.last_ns - times.first_ns + 1
        self._width = -(-span // _PARTS)
        self._counts = np.zeros(-(-span // self._width), np.int64)

    def add(self, recv_ns: "npt.NDArray[np.int64]") -> None:
        """Counts the messages of a block."""
        # The distance may have 64 bits without a sign, as which the wrapped difference is right.
        since = (recv_ns - np.int64(self._start)).view(np.uint64)
        parts = (since // np.uint64(self._width)).astype(np.int64)
        self._counts += np.bincount(parts, minlength=len(self._counts))

    def rates(self) -> Rates:
        """All of them."""
        return Rates(self._start, self._width, tuple(self._counts.tolist()))
