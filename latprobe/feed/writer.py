"""Messages into a feed, at constant memory."""

import hashlib
from array import array
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.feed_file import FeedFile
from latprobe.feed.format import (
    BATCH_MESSAGES,
    BATCH_PAYLOAD_BYTES,
    CHANNEL_LIMIT,
    CHANNEL_LIMIT_BYTES,
    FeedNotes,
)
from latprobe.feed.messages import Messages


class FeedWriter:
    """Writes one feed. Used as a context manager; left with an error, it leaves nothing behind.

    Args:
        path: Where the feed shall be; a file that is there is replaced when the new one is whole.
        protocol: Language of the payloads.
        source: Where the messages are from, in words.
        importer: Name and version of what makes the feed.

    Raises:
        FeedError: The feed cannot be written, or a message cannot be part of one.
    """

    def __init__(self, path: str | Path, *, protocol: str, source: str, importer: str) -> None:
        self.path = Path(path)
        self.messages = 0
        self.payload_bytes = 0
        self._notes = FeedNotes(protocol, source, importer, "")
        self._digest = hashlib.sha256()
        self._index_of: dict[str, int] = {}
        self._dictionary = pa.array([], pa.string())
        self._first_dictionary_size: int | None = None
        self._recv_ns: list[int] = []
        self._indices: list[int] = []
        self._payloads: list[bytes] = []
        self._pending_bytes = 0
        self._file: FeedFile | None = None

    def __enter__(self) -> Self:
        self._file = FeedFile(self.path, self._notes)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._open_file().discard()
            return
        try:
            self.flush()
            self._commit()
        except OSError as failure:
            raise self._unwritable(failure) from failure
        finally:
            # After a commit there is nothing left under the passing name to discard.
            self._open_file().discard()

    def append(self, recv_ns: int, channel: str, payload: bytes) -> None:
        """Adds one message, received at `recv_ns` nanoseconds since 1970 (UTC)."""
        self.extend(Messages((recv_ns,), (channel,), (payload,)))

    def extend(self, messages: Messages) -> None:
        """Adds many messages."""
        try:
            self._indices.extend([self._index_of[channel] for channel in messages.channels])
        except KeyError:
            self._learn(messages)
            self._indices.extend([self._index_of[channel] for channel in messages.channels])
        self._recv_ns.extend(messages.recv_ns)
        self._payloads.extend(messages.payloads)
        self._pending_bytes += sum(map(len, messages.payloads))
        full = self._pending_bytes >= BATCH_PAYLOAD_BYTES or len(self._payloads) >= BATCH_MESSAGES
        if full:
            self._write_pending(keep_partial=True)

    def flush(self) -> None:
        """Writes what is held back for a full batch, so that `sha256` covers every message."""
        self._write_pending(keep_partial=False)

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel so far, in order of appearance."""
        return tuple(self._index_of)

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the payloads written so far."""
        return self._digest.hexdigest()

    def _open_file(self) -> FeedFile:
        if self._file is None:
            raise FeedError(self.path, None, "is written to in a `with` block only")
        return self._file

    def _learn(self, messages: Messages) -> None:
        for channel in messages.channels:
            if channel in self._index_of:
                continue
            if len(channel.encode("utf-8", "surrogatepass")) > CHANNEL_LIMIT_BYTES:
                problem = f"a channel's name is longer than {CHANNEL_LIMIT_BYTES} bytes"
                raise FeedError(self.path, None, problem)
            if len(self._index_of) >= CHANNEL_LIMIT:
                raise FeedError(self.path, None, f"more than {CHANNEL_LIMIT:,} channels")
            self._index_of[channel] = len(self._index_of)

    def _write_pending(self, *, keep_partial: bool) -> None:
        """Writes full batches, and the rest as well unless it is kept for the next batch."""
        ends = list(accumulate(map(len, self._payloads)))
        start = 0
        while start < len(ends):
            base = ends[start - 1] if start else 0
            fits = bisect_right(ends, base + BATCH_PAYLOAD_BYTES)
            stop = min(max(fits, start + 1), start + BATCH_MESSAGES)
            if keep_partial and stop == len(ends):
                break
            self._write_batch(start, stop)
            start = stop
        del self._recv_ns[:start], self._indices[:start], self._payloads[:start]
        self._pending_bytes = sum(map(len, self._payloads))

    def _write_batch(self, start: int, stop: int) -> None:
        payloads = self._payloads[start:stop]
        data = b"".join(payloads)
        self._digest.update(data)
        try:
            recv_ns = array("q", self._recv_ns[start:stop])
        except OverflowError as error:
            raise FeedError(self.path, None, "a receive time does not fit 64 bits") from error
        offsets = array("q", accumulate(map(len, payloads), initial=0))
        indices = array("i", self._indices[start:stop])
        count = stop - start
        contents = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        try:
            self._open_file().write(
                _array(pa.int64(), count, recv_ns),
                self._named(_array(pa.int32(), count, indices)),
                pa.Array.from_buffers(pa.large_binary(), count, contents),
            )
        except OSError as failure:
            raise self._unwritable(failure) from failure
        self.messages += count
        self.payload_bytes += len(data)

    def _unwritable(self, failure: OSError) -> FeedError:
        return FeedError(self.path, None, f"cannot be written: {failure}")

    def _named(self, indices: "pa.Array[Any]") -> "pa.DictionaryArray[Any, Any]":
        if len(self._dictionary) < len(self._index_of):
            self._dictionary = pa.array(list(self._index_of), pa.string())
        if self._first_dictionary_size is None:
            self._first_dictionary_size = len(self._dictionary)
        return pa.DictionaryArray.from_arrays(indices, self._dictionary)

    def _commit(self) -> None:
        first = self._open_file()
        first.finish()
        if self._first_dictionary_size in (None, len(self._index_of)):
            first.commit(self.sha256)
            return
        # Channels appeared after the first batch, so the dictionary is in parts. Not every Arrow
        # reader knows those: the file is written once more, with the whole dictionary in front.
        whole = FeedFile(self.path, self._notes)
        try:
            with pa.OSFile(str(first.passing_path), mode="r") as source:
                reader = pa.ipc.open_file(source)
                for number in range(reader.num_record_batches):
                    recv_ns, channels, payloads = reader.get_batch(number).columns
                    assert isinstance(channels, pa.DictionaryArray)
                    whole.write(recv_ns, self._named(channels.indices), payloads)
            whole.finish()
            whole.commit(self.sha256)
        finally:
            whole.discard()


def _array(kind: pa.DataType, count: int, values: "array[int]") -> "pa.Array[Any]":
    return pa.Array.from_buffers(kind, count, [None, pa.py_buffer(values)])
