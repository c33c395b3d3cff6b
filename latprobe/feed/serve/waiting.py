"""Waiting for a moment: looking after clients while it is far, asleep when near, then awake."""

import time
from typing import Final

from latprobe.feed.serve.sink import Sink
from latprobe.feed.transport.stop import Stop

_POLL_NS: Final = 2_500_000
"""Nearer than this, clients are not polled for: a poll ends up to a millisecond late."""
_SLEEP_OVERSHOOT_NS: Final = 70_000
"""The kernel's timer slack of 50 µs, and waking up; only the time to spin has to cover more."""


class Waiting:
    """Waits until a message is due.

    Args:
        sink: Its clients are looked after meanwhile.
        stop: Ends a wait.
        spin_ns: How long before the moment the processor is kept busy; the rest is slept.
    """

    def __init__(self, sink: Sink, stop: Stop, spin_ns: int) -> None:
        self._sink = sink
        self._stop = stop
        self._spin_ns = spin_ns

    def until(self, due_ns: int, end_ns: int | None) -> int:
        """Waits for a time of the monotonic clock, or for an earlier end.

        Returns:
            What the clock says then.
        """
        clock = time.monotonic_ns
        if end_ns is not None and end_ns < due_ns:
            due_ns = end_ns
        while (now_ns := clock()) < due_ns:
            left_ns = due_ns - now_ns
            if self._stop.requested:
                return now_ns
            if left_ns > _POLL_NS:
                self._sink.attend((left_ns - _POLL_NS) / 1e9)
            elif left_ns > self._spin_ns + _SLEEP_OVERSHOOT_NS or not self._spin_ns:
                time.sleep((left_ns - self._spin_ns) / 1e9)
        return now_ns
