"""Records a live feed, from its first message to the finished file."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from latprobe.errors import FeedError
from latprobe.feed.format import FeedNotes
from latprobe.feed.reader import Feed
from latprobe.feed.record.flusher import Flusher
from latprobe.feed.record.journal import Journal, JournalHead
from latprobe.feed.record.received import Received
from latprobe.feed.record.recover import feed_from_journal
from latprobe.feed.recording import Recording, RecordingTally
from latprobe.feed.transport.stop import Stop

IMPORTER: Final = "record 1"
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


def journal_path(out: Path) -> Path:
    """Where a recording is while it is made."""
    return out.with_name(out.name + ".part")


def check_place(out: Path) -> None:
    """Checks, before anybody connects, that a recording can be made.

    Raises:
        FeedError: Something is in its place.
    """
    if out.exists():
        raise FeedError(out, None, "is there already, and a recording replaces nothing")
    part = journal_path(out)
    if part.exists():
        # The journal knows what to say of it.
        Journal(part, FeedNotes("", "", "", ""), JournalHead(0, "")).discard()


def record(
    source: LiveSource,
    out: Path,
    *,
    protocol: str,
    described: str,
    flush_every_s: float,
    ending: Ending,
    stop: Stop,
    progress: Progress,
) -> tuple[Feed, Recording]:
    """Records until the end is asked for, and makes a feed of it.

    Args:
        source: Where messages come from; closed at the end.
        out: Where the feed shall be.
        protocol: Language of the payloads.
        described: Where they are from, in words.
        flush_every_s: How often what was received is made durable.
        ending: When to end.
        stop: Asked for the end by someone else.
        progress: Told a few times a second.

    Raises:
        FeedError: There was no message, or what was received cannot be written; then what was
            flushed is beside `out`.
    """
    notes = FeedNotes(protocol, described, IMPORTER, "")
    started_ns = time.time_ns()
    journal = Journal(journal_path(out), notes, JournalHead(started_ns, source.clock))
    flusher = Flusher(journal, RecordingTally(started_ns, source.clock))
    loop = _Loop(source, flusher, flush_every_s, ending, stop, progress)
    failure: FeedError | None = None
    try:
        ended_by = loop.run()
    except FeedError as error:
        failure, ended_by = error, str(error)
    with contextlib.suppress(FeedError):
        loop.finish(ended_by)
    try:
        recording = flusher.close()
        journal.finish()
    except FeedError as error:
        if not flusher.written:
            journal.path.unlink()
        kept = _kept(error.problem, flusher, journal.path, out)
        raise FeedError(error.source, None, kept) from error
    finally:
        journal.close()
    if not recording.messages:
        journal.path.unlink()
        raise failure or FeedError(out, None, f"is not written: no message came until {ended_by}")
    feed = _finished(journal.path, out, recording)
    if failure is not None:
        raise failure
    return feed, recording


class _Loop:
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


def _finished(part: Path, out: Path, recording: Recording) -> Feed:
    """Makes the feed; its journal goes only when it is there."""
    try:
        feed = feed_from_journal(part, out, recording)
    except (FeedError, KeyboardInterrupt) as error:
        why = error.problem if isinstance(error, FeedError) else "was interrupted"
        problem = f"{why}; all {recording.messages:,} messages are in {part}"
        raise FeedError(out, None, f"{problem}: {_how(part, out)}") from error
    part.unlink()
    return feed


def _kept(problem: str, flusher: Flusher, part: Path, out: Path) -> str:
    if not flusher.written:
        return problem
    kept = f"{flusher.written:,} messages are in {part}"
    lost = f"{flusher.unwritten:,} that came after its last flush are lost"
    return f"{problem}; {kept}, {lost}: make room, then {_how(part, out)}"


def _how(part: Path, out: Path) -> str:
    return f"`latprobe feed import {part} {out}` makes the feed"
