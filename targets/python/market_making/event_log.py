"""The log of events, for whoever has to explain a day afterwards."""

import os
import queue
import threading
from pathlib import Path

_SYNCED = 20
"""Events that a log which is written inside the loop keeps back at most."""
_BATCH = 2_000
"""Events that a thread is handed at once: to wake it costs the loop as much as some events."""


class BlockingEventLog:
    """Written and synced by whoever adds the event that makes a batch full."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._events: list[bytes] = []

    def add(self, event: bytes) -> None:
        """Adds an event, a line."""
        self._events.append(event + b"\n")
        if len(self._events) >= _SYNCED:
            for it in self._events:
                self._file.write(it)
            os.fsync(self._file.fileno())
            self._events.clear()

    def close(self) -> None:
        """Writes what is left."""
        self._file.write(b"".join(self._events))
        self._file.close()


class ThreadedEventLog:
    """Written by a thread of its own, a batch at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._events: list[bytes] = []
        self._batches: queue.SimpleQueue[list[bytes] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="event log", daemon=True)
        self._thread.start()

    def add(self, event: bytes) -> None:
        """Adds an event, a line."""
        self._events.append(event + b"\n")
        if len(self._events) >= _BATCH:
            self._batches.put(self._events)
            self._events = []

    def close(self) -> None:
        """Writes what is left."""
        self._batches.put(self._events)
        self._batches.put(None)
        self._thread.join()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def _write(self) -> None:
        while (batch := self._batches.get()) is not None:
            self._file.write(b"".join(batch))
