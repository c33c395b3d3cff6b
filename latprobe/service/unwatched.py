"""The probe of a service that nobody measures."""

# ruff: noqa: ARG002  # it does nothing with what it is told

import asyncio
from typing import Final

from latprobe.service.probe import Probe, Queue


class _NoTimer:
    """Times nothing."""

    def start(self) -> int:
        """Does nothing."""
        return 0

    def stop(self, started: int) -> None:
        """Does nothing."""


class _Unwatched:
    """Does nothing, and hands back what it is handed."""

    other_cpus: tuple[int, ...] = ()

    def __init__(self) -> None:
        self._timer = _NoTimer()

    def queue(self, name: str, queue: Queue) -> Queue:
        """The queue as it is."""
        return queue

    def lock(self, name: str) -> asyncio.Lock:
        """A lock of asyncio's own."""
        return asyncio.Lock()

    def timer(self, name: str) -> _NoTimer:
        """A timer that does nothing."""
        return self._timer

    def received(self) -> int:
        """No number means anything."""
        return 0

    def decided(self, sequence: int, first: int | None = None) -> None:
        """Does nothing."""

    def acknowledged(self, sequence: int) -> None:
        """Does nothing."""

    def superseded(self, count: int = 1) -> None:
        """Does nothing."""

    def dropped(self, count: int = 1) -> None:
        """Does nothing."""


UNWATCHED: Final[Probe] = _Unwatched()
"""For production: a service that is made with it does what it does, and is not watched."""
