"""Feeds out of journals, also of those that end anywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.arrow_source import arrow_errors
from latprobe.feed.columns import plain_batch, plain_channels
from latprobe.feed.format import JOURNAL, STREAM_MAGIC, FeedNotes, notes_of
from latprobe.feed.messages import Block
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.record.journal import CHECKSUM, FLUSH, JournalHead, checksum_of
from latprobe.feed.recording import Flush, Recording, RecordingTally
from latprobe.feed.writer import FeedWriter

_COLUMNS: Final = 3


@dataclass(frozen=True, slots=True)
class JournalNotes:
    """What a journal says of itself at its beginning."""

    feed: FeedNotes
    head: JournalHead


def journal_notes(path: Path) -> JournalNotes | None:
    """The notes of a journal; none where the file is something else."""
    try:
        with path.open("rb") as file:
            if file.read(len(STREAM_MAGIC)) != STREAM_MAGIC:
                return None
        with pa.OSFile(str(path), mode="r") as source:
            schema = pa.ipc.open_stream(source).schema
        head = (schema.metadata or {}).get(JOURNAL)
        if head is None:
            return None
        return JournalNotes(notes_of(schema), msgspec.json.decode(head, type=JournalHead))
    except (OSError, pa.ArrowException, ValueError, msgspec.MsgspecError):
        return None


def recover(path: Path, out: Path) -> tuple[Feed, Recording]:
    """Makes the feed `out` of all whole batches of the journal at `path`, which is left as it is.

    Raises:
        FeedError: It holds no message, or `out` cannot be written.
    """
    notes = journal_notes(path)
    if notes is None:
        raise FeedError(path, None, "expected a recording that was not ended")
    tally = RecordingTally(notes.head.started_ns, notes.head.clock)
    for block, flush in read_journal(path):
        tally.add(len(block), int(block.recv_ns[-1]) if len(block) else 0, flush)
    if not tally.messages:
        raise FeedError(path, None, "the recording ended before its first flush: it has no message")
    recording = tally.recording()
    return feed_from_journal(path, out, recording), recording


def feed_from_journal(
    path: Path,
    out: Path,
    recording: Recording,
    progress: Callable[[int, int], None] | None = None,
) -> Feed:
    """Makes the feed `out` of a journal's messages, of which `recording` knows how many.

    Raises:
        FeedError: The journal has not that many, or `out` cannot be written.
    """
    notes = journal_notes(path)
    if notes is None:
        raise FeedError(path, None, "expected a recording that was not ended")
    with FeedWriter(
        out,
        protocol=notes.feed.protocol,
        source=notes.feed.source,
        importer=notes.feed.importer,
        recording=recording.as_json(),
    ) as writer:
        count = 0
        for block, _ in read_journal(path):
            # A recorder that is still at work may have added to what was counted.
            wanted = min(len(block), recording.messages - count)
            if wanted:
                writer.extend(block.part(0, wanted))
            count += wanted
            if progress is not None:
                progress(count, recording.messages)
        if count < recording.messages:
            problem = f"has {count:,} messages that can be read, of {recording.messages:,}"
            raise FeedError(path, None, problem)
    return open_feed(out)


def read_journal(path: Path) -> Iterator[tuple[Block, Flush]]:
    """The whole batches of a journal, in order; what follows the last of them is passed over.

    Raises:
        FeedError: The file cannot be read at all.
    """
    with arrow_errors(path):
        source = pa.OSFile(str(path), mode="r")
        reader = pa.ipc.open_stream(source, options=pa.ipc.IpcReadOptions(use_threads=False))
    with source:
        while True:
            try:
                batch, metadata = reader.read_next_batch_with_custom_metadata()
                found = _checked(path, batch, dict(metadata or {}))
            # The end, or a batch that was being written when the recorder was: Arrow reports
            # damage by errors of many kinds.
            except (StopIteration, pa.ArrowException, OSError, ValueError, KeyError, IndexError):
                return
            except (FeedError, msgspec.MsgspecError, MemoryError):
                return
            if found is None:
                return
            yield found


def _checked(
    path: Path, batch: pa.RecordBatch, metadata: dict[Any, Any]
) -> tuple[Block, Flush] | None:
    """The contents of a batch whose checksum is right."""
    said, checksum = metadata[FLUSH], int(metadata[CHECKSUM], 16)
    recv_ns, channels, payloads = batch.columns
    assert isinstance(channels, pa.DictionaryArray)
    plain = plain_batch(path, recv_ns, payloads)
    names = plain_channels(path, channels)
    if checksum_of(recv_ns, channels.indices, payloads, said) != checksum:
        return None
    payload = plain.payload[: int(plain.offsets[-1])] if len(batch) else memoryview(b"")
    flush = msgspec.json.decode(said, type=Flush)
    return Block(np.asarray(plain.recv_ns), names, plain.offsets, payload), flush
