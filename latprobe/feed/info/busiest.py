"""The most messages within a stretch of time of a given length, wherever it begins."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.info.model import Busiest
from latprobe.feed.reader import Feed
from latprobe.feed.receive_times import read_receive_times

if TYPE_CHECKING:
    import numpy.typing as npt

WINDOWS_NS: Final = (1_000, 1_000_000, 1_000_000_000)
_INT64_MIN: Final = -(2**63)


def busiest(feed: Feed, window_ns: int) -> Busiest:
    """Finds them exactly.

    For each message, those received in the `window_ns` up to it are counted: later than that long
    before, and no later than it. A time that runs backwards counts as the latest before it, which
    is when the message can have arrived. The feed's times are read twice, once for each end of the
    window, so that memory does not depend on how many messages a window holds.
    """
    starts = _arrivals(feed, window_ns)
    tail = next(starts, np.zeros(0, np.int64))
    tail_from, head_from = 0, 0
    best = Busiest(window_ns, 0, 0)
    for head in _arrivals(feed, window_ns):
        done = 0
        while True:
            opens = np.searchsorted(tail, head[done:] - window_ns, side="right")
            # Beyond the tail in hand, the next has to say where a window opens.
            known = int(np.searchsorted(opens, len(tail), side="left"))
            if known:
                numbers = np.arange(head_from + done + 1, head_from + done + 1 + known)
                counts = numbers - tail_from - opens[:known]
                most = int(counts.argmax())
                if counts[most] > best.messages:
                    best = Busiest(window_ns, int(counts[most]), int(tail[opens[most]]))
            done += known
            if done == len(head):
                break
            tail_from += len(tail)
            tail = next(starts)
        head_from += len(head)
    return best


def _arrivals(feed: Feed, window_ns: int) -> Iterator["npt.NDArray[np.int64]"]:
    """Receive times that never fall; those from which no window can be counted back are raised."""
    latest = _INT64_MIN + window_ns + 1
    for times in read_receive_times(feed):
        rising = np.maximum(np.maximum.accumulate(times), latest)
        latest = int(rising[-1])
        yield rising
