"""Records a live feed, from its first message to the finished file."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.format import FeedNotes
from latprobe.feed.reader import Feed
from latprobe.feed.record.flusher import Flusher
from latprobe.feed.record.journal import Journal, JournalHead, occupied
from latprobe.feed.record.receive_loop import (
    ROTATED,
    Ending,
    LiveSource,
    Progress,
    ReceiveLoop,
    Rotation,
)
from latprobe.feed.record.recover import feed_from_journal
from latprobe.feed.recording import Recording, RecordingTally
from latprobe.feed.transport.stop import Stop

IMPORTER: Final = "record 1"


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
        raise occupied(part)


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """How a live feed is recorded."""

    protocol: str
    """Language of the payloads."""
    described: str
    """Where they are from, in words."""
    flush_every_s: float
    """How often what was received is made durable."""
    ending: Ending
    rotation: Rotation


@dataclass(frozen=True, slots=True)
class Recorded:
    """A feed that was made."""

    feed: Feed
    recording: Recording


def record(
    source: LiveSource, out: Path, options: RecordOptions, stop: Stop, progress: Progress
) -> list[Recorded]:
    """Records until the end is asked for, and makes a feed of it, or several in turn.

    Args:
        source: Where messages come from; closed at the end.
        out: Where the feed shall be; with rotation, each is beside it, its beginning in its name.
        options: How.
        stop: Asked for the end by someone else.
        progress: Told a few times a second.

    Raises:
        FeedError: There was no message, or what was received cannot be written; then what was
            flushed is beside `out`.
    """
    ending, began_s = options.ending, time.monotonic()
    turns: list[Future[Recorded | None]] = []
    # Feeds are made of journals while the next one is written.
    with ThreadPoolExecutor(1) as pool:
        while True:
            place = _turn_place(out) if options.rotation != Rotation() else out
            turn = _Turn(source, place, replace(options, ending=ending), stop, progress)
            more = turn.receive()
            turns.append(pool.submit(turn.finish))
            if not more:
                break
            ending = _left(ending, turn.messages, began_s)
            began_s = time.monotonic()
    recorded = [it for it in (future.result() for future in turns) if it is not None]
    if turn.failure is not None:
        raise turn.failure
    if not recorded:
        raise FeedError(out, None, f"is not written: no message came until {turn.ended_by}")
    return recorded


class _Turn:
    """One file of a recording."""

    def __init__(
        self,
        source: LiveSource,
        out: Path,
        options: RecordOptions,
        stop: Stop,
        progress: Progress,
    ) -> None:
        self._out = out
        notes = FeedNotes(options.protocol, options.described, IMPORTER, "")
        started_ns = time.time_ns()
        self._journal = Journal(journal_path(out), notes, JournalHead(started_ns, source.clock))
        self._flusher = Flusher(self._journal, RecordingTally(started_ns, source.clock))
        self._loop = ReceiveLoop(
            source,
            self._flusher,
            options.flush_every_s,
            options.ending,
            options.rotation,
            stop,
            progress,
        )
        self.ended_by = ""
        self.failure: FeedError | None = None
        """What kept the source from going on."""

    @property
    def messages(self) -> int:
        """Messages received."""
        return self._loop.messages

    def receive(self) -> bool:
        """Receives until the end; whether another turn follows."""
        try:
            self.ended_by = self._loop.run()
        except FeedError as error:
            self.ended_by, self.failure = error.problem, error
        if self.ended_by == ROTATED:
            self._loop.pause(self.ended_by)
            return True
        self._loop.finish(self.ended_by)
        return False

    def finish(self) -> Recorded | None:
        """Makes the feed; none where there was no message.

        Raises:
            FeedError: What was received cannot be written; what was flushed is kept.
        """
        journal, flusher, out = self._journal, self._flusher, self._out
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
            return None
        try:
            feed = feed_from_journal(journal.path, out, recording)
        except FeedError as error:
            kept = f"all {recording.messages:,} messages are in {journal.path}"
            problem = f"{error.problem}; {kept}: {_how(journal.path, out)}"
            raise FeedError(out, None, problem) from error
        journal.path.unlink()
        return Recorded(feed, recording)


def _turn_place(out: Path) -> Path:
    """Where a file that is begun now shall be."""
    now = datetime.now(UTC)
    moment = f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03d}Z"
    return out.with_name(f"{out.stem}-{moment}{out.suffix}")


def _left(ending: Ending, messages: int, since_s: float) -> Ending:
    """What is left of an ending after a turn."""
    after_s, after_messages = ending.after_s, ending.after_messages
    if after_s is not None:
        after_s = max(0.0, after_s - (time.monotonic() - since_s))
    if after_messages is not None:
        after_messages -= messages
    return Ending(after_s, after_messages)


def _kept(problem: str, flusher: Flusher, part: Path, out: Path) -> str:
    if not flusher.written:
        return problem
    kept = f"{flusher.written:,} messages are in {part}"
    lost = f"{flusher.unwritten:,} that came after its last flush are lost"
    return f"{problem}; {kept}, {lost}: make room, then {_how(part, out)}"


def _how(part: Path, out: Path) -> str:
    return f"`latprobe feed import {part} {out}` makes the feed"
