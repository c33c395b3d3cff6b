"""Asks a loop that waits for sockets to come to its end."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Stop:
    """A request to end, which also wakes whoever polls its descriptor."""

    def __init__(self) -> None:
        self.requested = False
        self.reason = ""
        """Who asked, in words."""
        self._read, self._write = os.pipe()

    def request(self, reason: str) -> None:
        """Asks for the end; the first reason stands."""
        if not self.requested:
            self.requested, self.reason = True, reason
            os.write(self._write, b"\0")

    def fileno(self) -> int:
        """A descriptor that can be read from when the end was asked for."""
        return self._read

    def close(self) -> None:
        """Gives the descriptors back."""
        os.close(self._read)
        os.close(self._write)


@contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """Ctrl-C or SIGTERM asks for the end once; the next one does what it did before."""
    stop = Stop()
    before: dict[int, Any] = {}

    def handle(number: int, _frame: FrameType | None) -> None:
        for known, handler in before.items():
            signal.signal(known, handler)
        stop.request("Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name)

    for asked in (signal.SIGINT, signal.SIGTERM):
        before[asked] = signal.signal(asked, handle)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()
