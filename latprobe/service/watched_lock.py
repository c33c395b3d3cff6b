"""A lock of which waiting for it and holding it are told apart."""

import asyncio
from time import monotonic_ns
from typing import Literal

from latprobe.service.series import Series


class WatchedLock(asyncio.Lock):
    """Notes each time that it was waited for, and each that it was held.

    It is asyncio's own in everything else, so that `async with` and `Condition` take it.
    """

    def __init__(self, wait: Series, hold: Series) -> None:
        super().__init__()
        self._wait, self._hold = wait, hold
        self._held_since_ns = 0

    async def acquire(self) -> Literal[True]:
        """Waits for the lock, and takes it."""
        asked_ns = monotonic_ns()
        await super().acquire()
        self._held_since_ns = monotonic_ns()
        self._wait.add(self._held_since_ns - asked_ns)
        return True

    def release(self) -> None:
        """Gives it back."""
        super().release()
        self._hold.add(monotonic_ns() - self._held_since_ns)
