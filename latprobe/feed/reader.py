"""Opens a feed: says what is in it, and where the native driver finds it."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.arrow_source import arrow_batches, arrow_errors, arrow_schema
from latprobe.feed.columns import Columns, obstacle_to_mapping, required_columns
from latprobe.feed.format import FILE_MAGIC, JOURNAL, STREAM_MAGIC, notes_of
from latprobe.feed.layout import BatchLayout, MappedFile, check_offsets
from latprobe.feed.recording import Recording, recording_from

_BATCHES_IN_MAP: Final = 128
_SMALLEST_FILE_BYTES: Final = 2 * len(FILE_MAGIC) + 4


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed whose structure was checked."""

    path: Path
    protocol: str
    """Language of the payloads; empty where the file does not say."""
    source: str
    """Where the messages are from, in words."""
    importer: str
    """What wrote the feed: name and version."""
    sha256: str
    """Hexadecimal digest of all payloads as the file states it; empty where it does not."""
    recording: Recording | None
    """How it was recorded, where latprobe did."""
    messages: int
    batches: tuple[BatchLayout, ...]
    """Batches that hold a message, in order; empty for a feed that is not mappable."""
    obstacle: str
    """Why the file cannot be replayed as it lies; empty where it can."""

    @property
    def mappable(self) -> bool:
        """Whether the file can be replayed as it lies; if not, `expand` rewrites it."""
        return not self.obstacle

    @property
    def synthetic(self) -> bool:
        """Whether the messages were made up rather than recorded."""
        return self.source.startswith("synthetic")


def open_feed(path: str | Path) -> Feed:
    """Opens a feed and checks its structure: schema, footer, buffer bounds, payload offsets.

    Memory stays flat whatever the feed's size, unless the feed is compressed: then it is that of
    the times of its largest batch.

    Raises:
        FeedError: The file is not a feed, or is damaged.
    """
    path = Path(path)
    head = _head(path)
    if not head.startswith((FILE_MAGIC, STREAM_MAGIC)):
        expected = "expected a feed, which is an Arrow IPC file (begins with ARROW1)"
        raise FeedError(path, 0, f"{expected}; `latprobe feed import` makes one from a recording")
    with arrow_errors(path):
        schema = arrow_schema(path)
        if JOURNAL in (schema.metadata or {}):
            problem = "is a recording that was not ended; `latprobe feed import` makes a feed of it"
            raise FeedError(path, None, problem)
        columns = required_columns(path, schema)
        if head.startswith(STREAM_MAGIC):
            obstacle = "it is an Arrow stream, which has no table of its batches"
        else:
            obstacle = obstacle_to_mapping(schema, columns)
        batches = () if obstacle else _layouts(path, columns)
        if batches is None:
            obstacle, batches = "its record batches are compressed or not aligned", ()
        if obstacle:
            messages = sum(len(batch) for batch in arrow_batches(path, [columns.recv_ns]))
        else:
            messages = sum(batch.messages for batch in batches)
    notes = notes_of(schema)
    return Feed(
        path=path,
        protocol=notes.protocol,
        source=notes.source,
        importer=notes.importer,
        sha256=notes.sha256,
        recording=recording_from(notes.recording),
        messages=messages,
        batches=batches,
        obstacle=obstacle,
    )


def _head(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FeedError(path, None, "expected a regular file")
        with path.open("rb") as file:
            head = file.read(len(FILE_MAGIC))
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - len(FILE_MAGIC)))
            tail = file.read()
    except OSError as error:
        raise FeedError(path, None, f"cannot be read: {error.strerror}") from error
    whole = size >= _SMALLEST_FILE_BYTES and tail == FILE_MAGIC
    if head == FILE_MAGIC and not whole:
        raise FeedError(path, size, "the feed ends early: expected it to end with ARROW1")
    return head


def _layouts(path: Path, columns: Columns) -> tuple[BatchLayout, ...] | None:
    """Locates and checks every batch; `None` where one cannot be used as it lies."""
    layouts: list[BatchLayout] = []
    first, count = 0, 1
    with path.open("rb") as file:
        while first < count:
            # The pages around every batch's head stay resident for as long as their map does.
            with pa.memory_map(str(path), "r") as source:
                mapped = MappedFile(source)
                reader = pa.ipc.open_file(source)
                count = reader.num_record_batches
                for number in range(first, min(first + _BATCHES_IN_MAP, count)):
                    batch = reader.get_batch(number)
                    if any(column.null_count for column in batch.columns):
                        problem = f"batch {number}: a value is missing (null)"
                        raise FeedError(path, None, problem)
                    if not len(batch):
                        continue
                    recv_ns, payloads = batch.column(columns.recv_ns), batch.column(columns.payload)
                    layout = mapped.layout_of(recv_ns, payloads)
                    if layout is None:
                        return None
                    check_offsets(path, file, layout)
                    layouts.append(layout)
            first += _BATCHES_IN_MAP
    return tuple(layouts)
