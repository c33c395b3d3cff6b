"""Messages into a feed, at constant memory."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.channel_dictionary import ChannelDictionary
from latprobe.feed.feed_file import FeedFile
from latprobe.feed.format import BATCH_MESSAGES, BATCH_PAYLOAD_BYTES, FeedNotes
from latprobe.feed.messages import Block, Messages, PlainChannels

if TYPE_CHECKING:
    import numpy.typing as npt

_HELD_BATCHES: Final = 8
"""Batches kept in memory before the first is written, for their channels to be known by then."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """A record batch but for the names of its channels."""

    recv_ns: "pa.Array[Any]"
    channels: "pa.Array[Any]"
    payloads: "pa.Array[Any]"


@dataclass(frozen=True, slots=True)
class _Rows:
    """Messages that were added as Python objects, their channels numbered."""

    recv_ns: list[int]
    indices: list[int]
    payloads: list[bytes]

    def block(self) -> Block:
        """Raises `OverflowError` where a time does not fit 64 bits."""
        return Block(
            np.array(self.recv_ns, np.int64),
            PlainChannels(np.array(self.indices, np.int32), ()),
            np.fromiter(accumulate(map(len, self.payloads), initial=0), np.int64),
            memoryview(b"".join(self.payloads)),
        )


class FeedWriter:
    """Writes one feed. Used as a context manager; left with an error, it leaves nothing behind.

    Args:
        path: Where the feed shall be; a file that is there is replaced when the new one is whole.
        protocol: Language of the payloads.
        source: Where the messages are from, in words.
        importer: Name and version of what makes the feed.
        recording: How it was recorded, where it was; a `Recording` in JSON.

    Raises:
        FeedError: The feed cannot be written, or a message cannot be part of one.
    """

    def __init__(
        self, path: str | Path, *, protocol: str, source: str, importer: str, recording: str = ""
    ) -> None:
        self.path = Path(path)
        self.messages = 0
        """Messages in the batches made so far; all of them after `flush`."""
        self._notes = FeedNotes(protocol, source, importer, "", recording)
        self._digest = hashlib.sha256()
        self._channels = ChannelDictionary()
        self._channels_at_first_write = 0
        self._rows = _Rows([], [], [])
        self._blocks: list[Block] = []
        self._pending_messages = 0
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

    def extend(self, messages: Messages | Block) -> None:
        """Adds many messages. The arrays of a block are not to be written to afterwards."""
        if isinstance(messages, Block):
            self._extend_by_block(messages)
            return
        self._rows.indices.extend(self._numbers(messages.channels))
        self._rows.recv_ns.extend(messages.recv_ns)
        self._rows.payloads.extend(messages.payloads)
        self._added(len(messages), sum(map(len, messages.payloads)))

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

    def _extend_by_block(self, block: Block) -> None:
        self._seal_rows()
        used, names = np.flatnonzero(np.bincount(block.channels.indices)), block.channels.names
        number_of = np.zeros(len(names), np.int32)
        number_of[used] = self._numbers([names[index] for index in used.tolist()])
        channels = PlainChannels(number_of[block.channels.indices], ())
        self._blocks.append(Block(block.recv_ns, channels, block.offsets, block.payload))
        self._added(len(block), len(block.payload))

    def _numbers(self, channels: Sequence[str]) -> list[int]:
        try:
            return self._channels.indices(channels)
        except ValueError as error:
            raise FeedError(self.path, None, str(error)) from error

    def _added(self, messages: int, payload_bytes: int) -> None:
        self._pending_messages += messages
        self._pending_bytes += payload_bytes
        if self._pending_bytes >= BATCH_PAYLOAD_BYTES or self._pending_messages >= BATCH_MESSAGES:
            self._make_batches(keep_partial=True)

    def _seal_rows(self) -> None:
        """Makes a block of what was added as Python objects, so that the order is kept."""
        if self._rows.payloads:
            try:
                self._blocks.append(self._rows.block())
            except OverflowError as error:
                raise FeedError(self.path, None, "a receive time does not fit 64 bits") from error
            self._rows = _Rows([], [], [])

    def _make_batches(self, *, keep_partial: bool) -> None:
        """Makes full batches, and one of the rest unless it is kept for later."""
        self._seal_rows()
        if not self._blocks:
            return
        whole = _joined(self._blocks)
        start, count = 0, len(whole)
        while start < count:
            limit = whole.offsets[start] + BATCH_PAYLOAD_BYTES
            fits = int(np.searchsorted(whole.offsets, limit, side="right")) - 1
            stop = min(max(fits, start + 1), start + BATCH_MESSAGES)
            if keep_partial and stop == count:
                break
            self._add_batch(self._batch(whole.part(start, stop)))
            start = stop
        rest = whole.part(start, count)
        self._blocks = [rest] if len(rest) else []
        self._pending_messages, self._pending_bytes = len(rest), len(rest.payload)

    def _batch(self, block: Block) -> _Batch:
        self._digest.update(block.payload)
        self.messages += len(block)
        contents = [None, _buffer(block.offsets), pa.py_buffer(block.payload)]
        return _Batch(
            _array(pa.int64(), block.recv_ns),
            _array(pa.int32(), block.channels.indices),
            pa.Array.from_buffers(pa.large_binary(), len(block), contents),
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


def _joined(blocks: list[Block]) -> Block:
    """One block of many, whose channels are numbered alike."""
    if len(blocks) == 1:
        return blocks[0]
    sizes = np.concatenate([block.sizes for block in blocks])
    return Block(
        np.concatenate([block.recv_ns for block in blocks]),
        PlainChannels(np.concatenate([block.channels.indices for block in blocks]), ()),
        np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
        memoryview(b"".join(block.payload for block in blocks)),
    )


def _buffer(values: "npt.NDArray[Any]") -> pa.Buffer:
    return pa.py_buffer(np.ascontiguousarray(values).data)


def _array(kind: pa.DataType, values: "npt.NDArray[Any]") -> "pa.Array[Any]":
    return pa.Array.from_buffers(kind, len(values), [None, _buffer(values)])
