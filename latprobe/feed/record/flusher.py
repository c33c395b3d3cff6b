"""Makes what was received durable, beside the loop that receives."""

import queue
import threading
from typing import Final

from latprobe.feed.record.journal import Journal
from latprobe.feed.record.received import Received
from latprobe.feed.recording import Flush, Recording, RecordingTally

_WAITING_BATCHES: Final = 2
"""Batches that may wait for a slow disk; then receiving waits too, and kernel buffers fill."""


class Flusher:
    """A thread that appends to a journal, so that a disk that takes its time holds nobody up."""

    def __init__(self, journal: Journal, tally: RecordingTally) -> None:
        self._journal = journal
        self._tally = tally
        self._waiting: queue.Queue[tuple[Received, Flush] | None] = queue.Queue(_WAITING_BATCHES)
        self._failure: BaseException | None = None
        self.unwritten = 0
        """Messages that could not be written."""
        self._thread = threading.Thread(target=self._run, name="flusher", daemon=True)
        self._thread.start()

    @property
    def written(self) -> int:
        """Messages that are durable."""
        return self._tally.messages

    @property
    def failed(self) -> bool:
        """Whether a batch could not be written; those that follow are not, either."""
        return self._failure is not None

    def hand_over(self, received: Received, ended_ns: int = 0, ended_by: str = "") -> None:
        """Has a batch written."""
        flush = Flush(received.kernel_timed, received.dropped, received.gaps, ended_ns, ended_by)
        self._waiting.put((received, flush))

    def close(self) -> Recording:
        """Waits until all is written.

        Returns:
            What was written.

        Raises:
            FeedError: Something was not.
        """
        self._waiting.put(None)
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        return self._tally.recording()

    def _run(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            received, flush = waiting
            if self._failure is not None:
                self.unwritten += len(received)
                continue
            try:
                self._journal.append(received, flush)
            # Whatever it is, it is raised again where the recording ends.
            except BaseException as error:
                self._failure = error
                self.unwritten += len(received)
                continue
            last_ns = received.recv_ns[-1] if received.recv_ns else 0
            self._tally.add(len(received), last_ns, flush)
