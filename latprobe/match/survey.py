"""What the times of a recording are like, before anything is matched."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from latprobe.errors import FeedError
from latprobe.match.recording import Recording

_LONGEST_NS: Final = 2**62
"""146 years: no recording lasts so long, and differences of times fit 64 bits."""

_SECOND_NS: Final = 10**9


@dataclass(frozen=True)
class Survey:
    """The times of one recording, in nanoseconds.

    Attributes:
        messages: How many.
        first_ns: The earliest time, since 1970.
        last_ns: The latest.
        out_of_order: Messages that are earlier than the one before.
        behind_ns: How far a message lies behind the latest before it, at most.
        behind_at: Which that is, from 0.
        step_ns: The greatest part of a second that all times are multiples of from the first on, at
            least 1. A steady pace that is no such part is not taken for the step of a clock.
    """

    messages: int
    first_ns: int
    last_ns: int
    out_of_order: int
    behind_ns: int
    behind_at: int
    step_ns: int


def survey(recording: Recording) -> Survey:
    """Reads the times of a recording, and no payload.

    Raises:
        FeedError: for a recording without a message, or whose times are no recording's.
    """
    messages = out_of_order = behind_ns = behind_at = step_ns = 0
    origin: int | None = None
    first = last = previous = 0
    for times in recording.times():
        if not len(times):
            continue
        low, high = int(times.min()), int(times.max())
        if origin is None:
            origin = first = previous = int(times[0])
            last = first
        first, latest = min(first, low), last
        last = max(last, high)
        if last - first > _LONGEST_NS:
            raise FeedError(recording.name, None, "its times lie more than 146 years apart")
        step_ns = math.gcd(step_ns, int(np.gcd.reduce(np.abs(times - origin))))
        out_of_order += int(np.count_nonzero(np.diff(times, prepend=previous) < 0))
        behind = np.maximum(np.maximum.accumulate(times), latest) - times
        if int(behind.max()) > behind_ns:
            behind_ns, behind_at = int(behind.max()), messages + int(behind.argmax())
        previous = int(times[-1])
        messages += len(times)
    if not messages:
        raise FeedError(recording.name, None, "holds no message to be matched")
    step_ns = math.gcd(step_ns, _SECOND_NS) if step_ns else 1
    return Survey(messages, first, last, out_of_order, behind_ns, behind_at, step_ns)
