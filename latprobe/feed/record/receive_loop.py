"""The loop that receives."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from latprobe.errors import FeedError
from latprobe.feed.record.flusher import Flusher
from latprobe.feed.record.received import Received
from latprobe.feed.transport.stop import Stop

ROTATED: Final = "--rotate"
"""What ends a file after which another follows."""
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
class Rotation:
    """When a recording goes on in another file; never, with neither."""

    after_s: float | None = None
    after_bytes: int | None = None
    """Of payload."""


@dataclass(frozen=True, slots=True)
class RecordProgress:
    """How far a recording is, in the file that it is in."""

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
        rotation: Rotation,
        stop: Stop,
        progress: Progress,
    ) -> None:
        self._source = source
        self._flusher = flusher
        self._flush_every_s = flush_every_s
        self._ending = ending
        self._rotation = rotation
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

    @property
    def payload_bytes(self) -> int:
        """Their bytes."""
        return self._payload_bytes + self._received.payload_bytes

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
            if self._rotation.after_s is not None:
                wake_s = min(wake_s, self._started_s + self._rotation.after_s)
            source.receive(self._received, wake_s - now_s)

    def finish(self, ended_by: str) -> None:
        """Takes what the kernel had received by now, closes the source, hands over the rest."""
        with contextlib.suppress(FeedError):
            self._take_waiting(time.time_ns())
        self._source.close(self._received)
        if self._ending.after_messages is not None:
            self._received.keep_first(self._ending.after_messages - self._messages)
        self._hand_over(time.time_ns(), ended_by)

    def pause(self, ended_by: str) -> None:
        """Hands over the rest; another loop goes on with the source."""
        self._hand_over(time.time_ns(), ended_by)

    def _take_waiting(self, ended_ns: int) -> None:
        source, give_up_s = self._source, time.monotonic() + _LAST_S
        while time.monotonic() < give_up_s and not self._enough and not self._flusher.failed:
            if source.ended or source.state:
                return
            before = len(self._received)
            source.receive(self._received, 0)
            if len(self._received) == before or self._received.recv_ns[-1] > ended_ns:
                return
            if self._received.full:
                self._hand_over()

    @property
    def _enough(self) -> bool:
        wanted = self._ending.after_messages
        return wanted is not None and self.messages >= wanted

    def _ended_by(self, now_s: float, end_at_s: float | None) -> str:
        if self._stop.requested:
            return self._stop.reason
        if self._enough:
            return "--messages"
        if end_at_s is not None and now_s >= end_at_s:
            return "--for"
        if self._flusher.failed:
            return "the disk"
        return self._source.ended or (ROTATED if self._turn_is_over(now_s) else "")

    def _turn_is_over(self, now_s: float) -> bool:
        after_s, after_bytes = self._rotation.after_s, self._rotation.after_bytes
        if after_s is not None and now_s - self._started_s >= after_s:
            return True
        return after_bytes is not None and self.payload_bytes >= after_bytes

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
