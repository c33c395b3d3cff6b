"""The loop that receives."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from latprobe.feed.record.flusher import Flusher
from latprobe.feed.record.received import Received
from latprobe.feed.transport.stop import Stop

_LAST_S: Final = 5.0
"""How long messages are taken that came before the end and had not been read."""
_TOLD_EVERY_S: Final = 0.25


class LiveSource(Protocol):
    """Where messages come from."""

    clock: str
    """What the kernel was asked for receive times by."""

    @property
    def ended(self) -> str:
        """Why nothing more comes; empty while something may."""

    @property
    def state(self) -> str:
        """What keeps messages from coming; empty where nothing does."""

    def receive(self, received: Received, wait_s: float) -> None:
        """Adds messages that are there, or that come within `wait_s`."""

    def close(self, received: Received) -> None:
        """Ends receiving, and adds what is known of it then."""


@dataclass(frozen=True, slots=True)
class Ending:
    """When a recording has gone on for long enough, beside being stopped."""

    after_s: float | None = None
    after_messages: int | None = None


@dataclass(frozen=True, slots=True)
class RecordProgress:
    """How far a recording is."""

    messages: int
    payload_bytes: int
    gaps: int
    dropped: int
    elapsed_s: float
    state: str


Progress = Callable[[RecordProgress], None]


class ReceiveLoop:
    """Receives, and hands over what is due to be flushed."""

    def __init__(
        self,
        source: LiveSource,
        flusher: Flusher,
        flush_every_s: float,
        ending: Ending,
        stop: Stop,
        progress: Progress,
    ) -> None:
        self._source = source
        self._flusher = flusher
        self._flush_every_s = flush_every_s
        self._ending = ending
        self._stop = stop
        self._progress = progress
        self._started_s = time.monotonic()
        self._received = Received(0)
        self._messages = 0
        """In the batches that were handed over."""
        self._payload_bytes = 0
        self._gaps = 0
        self._dropped = 0

    @property
    def messages(self) -> int:
        """Messages received."""
        return self._messages + len(self._received)

    def run(self) -> str:
        """Receives until the end; says what ended it."""
        source, ending = self._source, self._ending
        flush_at_s = self._started_s + self._flush_every_s
        tell_at_s = self._started_s
        end_at_s = self._started_s + ending.after_s if ending.after_s is not None else None
        while True:
            now_s = time.monotonic()
            if now_s >= tell_at_s:
                self._tell(now_s)
                tell_at_s = now_s + _TOLD_EVERY_S
            if now_s >= flush_at_s or self._received.full:
                self._hand_over()
                flush_at_s = now_s + self._flush_every_s
            ended_by = self._ended_by(now_s, end_at_s)
            if ended_by:
                return ended_by
            wake_s = min(flush_at_s, tell_at_s, end_at_s if end_at_s is not None else flush_at_s)
            source.receive(self._received, wake_s - now_s)

    def finish(self, ended_by: str) -> None:
        """Takes what the kernel had received by now, and hands over the rest."""
        self._take_waiting(time.time_ns())
        self._source.close(self._received)
        if self._ending.after_messages is not None:
            self._received.keep_first(self._ending.after_messages - self._messages)
        self._hand_over(time.time_ns(), ended_by)

    def _take_waiting(self, ended_ns: int) -> None:
        wanted, give_up_s = self._ending.after_messages, time.monotonic() + _LAST_S
        while time.monotonic() < give_up_s and not self._source.ended and not self._flusher.failed:
            before = len(self._received)
            self._source.receive(self._received, 0)
            if len(self._received) == before or self._received.recv_ns[-1] > ended_ns:
                return
            if wanted is not None and self.messages >= wanted:
                return
            if self._received.full:
                self._hand_over()

    def _ended_by(self, now_s: float, end_at_s: float | None) -> str:
        wanted = self._ending.after_messages
        if self._stop.requested:
            return self._stop.reason
        if wanted is not None and self.messages >= wanted:
            return f"--messages {wanted}"
        if end_at_s is not None and now_s >= end_at_s:
            return f"--for {self._ending.after_s:g}s"
        if self._flusher.failed:
            return "the disk"
        return self._source.ended

    def _hand_over(self, ended_ns: int = 0, ended_by: str = "") -> None:
        done = self._received
        if not len(done) and not done.gaps and not done.dropped and not ended_by:
            return
        self._received = Received(self._messages + len(done))
        self._messages += len(done)
        self._payload_bytes += done.payload_bytes
        self._gaps += len(done.gaps)
        self._dropped += done.dropped
        self._flusher.hand_over(done, ended_ns, ended_by)

    def _tell(self, now_s: float) -> None:
        received = self._received
        self._progress(
            RecordProgress(
                messages=self._messages + len(received),
                payload_bytes=self._payload_bytes + received.payload_bytes,
                gaps=self._gaps + len(received.gaps),
                dropped=self._dropped + received.dropped,
                elapsed_s=now_s - self._started_s,
                state=self._source.state,
            )
        )
