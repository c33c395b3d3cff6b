"""Records a live feed, from its first message to the finished file."""

import contextlib
import time
from pathlib import Path
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.format import FeedNotes
from latprobe.feed.reader import Feed
from latprobe.feed.record.flusher import Flusher
from latprobe.feed.record.journal import Journal, JournalHead, occupied
from latprobe.feed.record.receive_loop import Ending, LiveSource, Progress, ReceiveLoop
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
    loop = ReceiveLoop(source, flusher, flush_every_s, ending, stop, progress)
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
