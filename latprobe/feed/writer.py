"""Messages into a feed, at constant memory."""

import hashlib
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.channel_dictionary import ChannelDictionary
from latprobe.feed.feed_file import FeedFile
from latprobe.feed.format import BATCH_MESSAGES, BATCH_PAYLOAD_BYTES, FeedNotes
from latprobe.feed.messages import Messages

_HELD_BATCHES: Final = 8
"""Batches kept in memory before the first is written, for their channels to be known by then."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """A record batch but for the names of its channels."""

    recv_ns: "pa.Array[Any]"
    channels: "pa.Array[Any]"
    payloads: "pa.Array[Any]"


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
        """Messages in the batches made so far; all of them after `flush`."""
        self._notes = FeedNotes(protocol, source, importer, "")
        self._digest = hashlib.sha256()
        self._channels = ChannelDictionary()
        self._channels_at_first_write = 0
        self._recv_ns: list[int] = []
        self._indices: list[int] = []
        self._payloads: list[bytes] = []
        self._pending_bytes = 0
        self._held: list[_Batch] | None = []
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
        try:
            if kind is None:
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
            self._indices += self._channels.indices(messages.channels)
        except ValueError as error:
            raise FeedError(self.path, None, str(error)) from error
        self._recv_ns += messages.recv_ns
        self._payloads += messages.payloads
        self._pending_bytes += sum(map(len, messages.payloads))
        if self._pending_bytes >= BATCH_PAYLOAD_BYTES or len(self._payloads) >= BATCH_MESSAGES:
            self._make_batches(keep_partial=True)

    def flush(self) -> None:
        """Puts what is held back for a full batch into one, so that `sha256` covers it all."""
        self._make_batches(keep_partial=False)

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the payloads in the batches made so far."""
        return self._digest.hexdigest()

    def _open_file(self) -> FeedFile:
        if self._file is None:
            raise FeedError(self.path, None, "is written to in a `with` block only")
        return self._file

    def _make_batches(self, *, keep_partial: bool) -> None:
        """Makes full batches, and one of the rest unless it is kept for later."""
        ends = list(accumulate(map(len, self._payloads)))
        start = 0
        while start < len(ends):
            base = ends[start - 1] if start else 0
            fits = bisect_right(ends, base + BATCH_PAYLOAD_BYTES)
            stop = min(max(fits, start + 1), start + BATCH_MESSAGES)
            if keep_partial and stop == len(ends):
                break
            self._add_batch(self._batch(start, stop))
            start = stop
        del self._recv_ns[:start], self._indices[:start], self._payloads[:start]
        self._pending_bytes = sum(map(len, self._payloads))

    def _batch(self, start: int, stop: int) -> _Batch:
        payloads = self._payloads[start:stop]
        data = b"".join(payloads)
        self._digest.update(data)
        self.messages += len(payloads)
        try:
            recv_ns = array("q", self._recv_ns[start:stop])
        except OverflowError as error:
            raise FeedError(self.path, None, "a receive time does not fit 64 bits") from error
        offsets = array("q", accumulate(map(len, payloads), initial=0))
        indices = array("i", self._indices[start:stop])
        contents = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        return _Batch(
            _array(pa.int64(), recv_ns),
            _array(pa.int32(), indices),
            pa.Array.from_buffers(pa.large_binary(), len(payloads), contents),
        )

    def _add_batch(self, batch: _Batch) -> None:
        if self._held is None:
            self._write(self._open_file(), batch)
            return
        self._held.append(batch)
        if len(self._held) >= _HELD_BATCHES:
            self._write_held()

    def _write_held(self) -> None:
        held, self._held = self._held or [], None
        self._channels_at_first_write = len(self._channels)
        for batch in held:
            self._write(self._open_file(), batch)

    def _write(self, file: FeedFile, batch: _Batch) -> None:
        try:
            file.write(batch.recv_ns, self._channels.encode(batch.channels), batch.payloads)
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def _unwritable(self, failure: OSError) -> FeedError:
        return FeedError(self.path, None, f"cannot be written: {failure}")

    def _commit(self) -> None:
        if self._held is not None:
            self._write_held()
        first = self._open_file()
        first.finish()
        if len(self._channels) == self._channels_at_first_write:
            first.commit(self.sha256)
            return
        # Channels appeared after the first write, so the dictionary is in parts. Not every Arrow
        # reader knows those: the file is written once more, with the whole dictionary in front.
        whole = FeedFile(self.path, self._notes)
        try:
            with pa.OSFile(str(first.passing_path), mode="r") as source:
                reader = pa.ipc.open_file(source)
                for number in range(reader.num_record_batches):
                    recv_ns, channels, payloads = reader.get_batch(number).columns
                    assert isinstance(channels, pa.DictionaryArray)
                    self._write(whole, _Batch(recv_ns, channels.indices, payloads))
            whole.finish()
            whole.commit(self.sha256)
        finally:
            whole.discard()


def _array(kind: pa.DataType, values: "array[int]") -> "pa.Array[Any]":
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])
