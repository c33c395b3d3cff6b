"""How late an event loop comes to what was due at a known moment."""

import asyncio
from time import monotonic_ns
from typing import Final

from latprobe.service.kernel_timer import KernelTimer
from latprobe.service.progress import Progress
from latprobe.service.series import Series

PERIOD_NS: Final = 1_000_000


class LoopLag:
    """Is due once in a millisecond, and notes how late it was.

    A loop that is stopped for long misses many of these moments: each counts as late as it was, or
    else a long stop would be one sample among thousands.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, lags: Series, progress: Progress) -> None:
        self._add = lags.add
        self._progress = progress
        self._timer = KernelTimer(loop, self._look)
        self._due_ns = monotonic_ns() + PERIOD_NS
        self._timer.arm(self._due_ns)

    def close(self) -> None:
        """Looks no more."""
        self._timer.close()

    def _look(self) -> None:
        now_ns, due_ns = monotonic_ns(), self._due_ns
        while due_ns <= now_ns:
            self._add(now_ns - due_ns)
            due_ns += PERIOD_NS
        self._due_ns = due_ns
        self._timer.arm(due_ns)
        self._progress.alive()
