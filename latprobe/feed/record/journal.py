"""A recording while it is made: an Arrow IPC stream in which each flush is durable and whole.

Each record batch carries what its flush says (gaps, drops) and a checksum over all of it, so that a
reader knows the last whole batch, whatever became of the bytes after it.
"""

import contextlib
import fcntl
import io
import os
import zlib
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.channel_dictionary import ChannelDictionary
from latprobe.feed.format import JOURNAL, FeedNotes, schema_with
from latprobe.feed.record.received import Received
from latprobe.feed.recording import Flush

FLUSH: Final = b"latprobe.flush"
"""Key of a batch's metadata: a `Flush` in JSON."""
CHECKSUM: Final = b"latprobe.crc32"
"""Key of a batch's metadata: over times, channel numbers, offsets, payloads and the flush."""


class JournalHead(msgspec.Struct, frozen=True):
    """What is known when a recording begins."""

    started_ns: int
    clock: str


class Journal:
    """A journal being written.

    Args:
        path: Where it shall be; nothing may be there.
        notes: What the feed will say of itself.
        head: What is known of the recording.

    Raises:
        FeedError: The place cannot be written to, or holds a recording already.
    """

    def __init__(self, path: Path, notes: FeedNotes, head: JournalHead) -> None:
        self.path = path
        schema = schema_with(notes)
        metadata = {**(schema.metadata or {}), JOURNAL: msgspec.json.encode(head)}
        self._schema = schema.with_metadata(metadata)
        self._channels = ChannelDictionary()
        self._durable_bytes = 0
        self._descriptor = _created(path)
        self._spool = io.BytesIO()
        options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
        sink = pa.PythonFile(self._spool, mode="w")
        self._writer = pa.ipc.new_stream(sink, self._schema, options=options)
        try:
            # Arrow writes the schema with the first batch; without one the file would be empty.
            self.append(Received(0), Flush(0, 0, []))
        except FeedError:
            self.discard()
            raise

    def append(self, received: Received, flush: Flush) -> None:
        """Adds a record batch, which is durable when this returns.

        Raises:
            FeedError: It cannot be written; the journal ends with the batch before.
        """
        try:
            indices = self._channels.indices(received.channels)
        except ValueError as error:
            raise FeedError(self.path, None, str(error)) from error
        columns: list[pa.Array[Any]] = [
            pa.array(received.recv_ns, pa.int64()),
            pa.array(indices, pa.int32()),
            pa.array(received.payloads, pa.large_binary()),
        ]
        said = msgspec.json.encode(flush)
        checksum = checksum_of(columns[0], columns[1], columns[2], said)
        columns[1] = self._channels.encode(columns[1])
        batch = pa.RecordBatch.from_arrays(columns, schema=self._schema)
        metadata = pa.KeyValueMetadata({FLUSH: said, CHECKSUM: f"{checksum:08x}".encode()})
        self._writer.write_batch(batch, custom_metadata=metadata)
        self._write_through()

    def finish(self) -> None:
        """Says that nothing follows.

        Raises:
            FeedError: It cannot be written.
        """
        self._writer.close()
        self._write_through()

    def close(self) -> None:
        """Leaves the journal as it is."""
        os.close(self._descriptor)

    def discard(self) -> None:
        """Leaves nothing behind."""
        self.path.unlink(missing_ok=True)
        self.close()

    def _write_through(self) -> None:
        """Writes what has been put into the stream, all or nothing, and makes it durable."""
        content = self._spool.getvalue()
        left = memoryview(content)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
            os.fdatasync(self._descriptor)
        except OSError as error:
            os.ftruncate(self._descriptor, self._durable_bytes)
            raise FeedError(self.path, None, f"cannot be written: {error.strerror}") from error
        self._durable_bytes += len(content)
        self._spool.seek(0)
        self._spool.truncate()


def checksum_of(
    recv_ns: "pa.Array[Any]", indices: "pa.Array[Any]", payloads: "pa.Array[Any]", flush: bytes
) -> int:
    """CRC-32 over the contents of a batch; its arrays begin where their buffers do."""
    count = len(recv_ns)
    _, offsets, data = payloads.buffers()
    sizes = ((recv_ns.buffers()[1], count * 8), (indices.buffers()[1], count * 4))
    checksum = zlib.crc32(flush)
    for buffer, size in (*sizes, (offsets, (count + 1) * 8 if count else 0)):
        if buffer is not None:
            checksum = zlib.crc32(memoryview(buffer)[:size], checksum)
    if data is not None and offsets is not None and count:
        end = int.from_bytes(memoryview(offsets)[count * 8 : count * 8 + 8], "little")
        checksum = zlib.crc32(memoryview(data)[:end], checksum)
    return checksum


def _created(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileExistsError as error:
        raise occupied(path) from error
    except OSError as error:
        raise FeedError(path, None, f"cannot be written: {error.strerror}") from error
    # Another recorder is to know that this one is alive; the lock ends with the process.
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def occupied(path: Path) -> FeedError:
    """What to say of a journal that stands where one is to be made."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return FeedError(path, None, "another recording is being written there")
    except OSError:
        pass
    feed = path.with_suffix("")
    problem = (
        "is what a recording that was not ended has left; recover it with "
        f"`latprobe feed import {path} {feed}`, then delete it"
    )
    return FeedError(path, None, problem)
