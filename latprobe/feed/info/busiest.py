"""The most messages within a stretch of time of a given length, wherever it begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.info.model import Busiest
from latprobe.feed.info.times import difference
from latprobe.feed.reader import Feed
from latprobe.feed.receive_times import read_receive_times

if TYPE_CHECKING:
    import numpy.typing as npt

WINDOWS_NS: Final = (1_000, 1_000_000, 1_000_000_000)


@dataclass(frozen=True, slots=True)
class _Arrivals:
    """Some messages in arrival order."""

    recv_ns: "npt.NDArray[np.int64]"
    elapsed_ns: "npt.NDArray[np.int64]"
    """Time that never falls, and that is right where two messages are less than a window apart."""


def busiest(feed: Feed, window_ns: int) -> Busiest:
    """Finds them exactly.

    For each message, those received in the `window_ns` up to it are counted: later than that long
    before, and no later than it. A time that runs backwards counts as the latest before it, which
    is when the message can have arrived; one that falls by more than the window from a message to
    the next, as where recordings were put together, begins anew, and no window spans that.

    The feed's times are read twice, once for each end of the window, so that memory does not depend
    on how many messages a window holds.
    """
    starts = _arrivals(feed, window_ns)
    tail = next(starts, _Arrivals(np.zeros(0, np.int64), np.zeros(0, np.int64)))
    tail_from, head_from = 0, 0
    best = Busiest(window_ns, 0, 0)
    for head in _arrivals(feed, window_ns):
        done, ends = 0, head.elapsed_ns
        while True:
            opens = np.searchsorted(tail.elapsed_ns, ends[done:] - window_ns, side="right")
            # Beyond the tail in hand, the next has to say where a window opens.
            known = int(np.searchsorted(opens, len(tail.recv_ns), side="left"))
            if known:
                numbers = np.arange(head_from + done + 1, head_from + done + 1 + known)
                counts = numbers - tail_from - opens[:known]
                most = int(counts.argmax())
                if counts[most] > best.messages:
                    first_ns = int(tail.recv_ns[opens[most]])
                    best = Busiest(window_ns, int(counts[most]), first_ns)
            done += known
            if done == len(ends):
                break
            tail_from += len(tail.recv_ns)
            tail = next(starts)
        head_from += len(ends)
    return best


def _arrivals(feed: Feed, window_ns: int) -> Iterator[_Arrivals]:
    previous: int | None = None
    latest, elapsed = 0, 0
    for times in read_receive_times(feed):
        before = np.concatenate(([times[0] if previous is None else previous], times[:-1]))
        steps = difference(times, before)
        # What is further apart than a window need not be told how far: so sums stay in 64 bits.
        beyond = (steps > window_ns) | (steps < -window_ns)
        walked = np.cumsum(np.where(beyond, window_ns + 1, steps)) + elapsed
        rising = np.maximum(np.maximum.accumulate(walked), latest)
        previous, latest, elapsed = int(times[-1]), int(rising[-1]), int(walked[-1])
        yield _Arrivals(times, rising)
