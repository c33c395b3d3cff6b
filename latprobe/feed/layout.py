"""Where in a feed's file the raw columns of a record batch lie.

The native driver maps the file itself and needs no Arrow library; these positions are all that it
is told.
"""

import os
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa

from latprobe.errors import FeedError

_INTEGER_BYTES: Final = 8
_ALIGNMENT_BYTES: Final = 8
_CHECKED_AT_ONCE: Final = 131_072


@dataclass(frozen=True, slots=True)
class BatchLayout:
    """One record batch, as absolute byte positions in the file; all integers little endian.

    Message `i` was received at `recv_ns[i]`, and its payload is the bytes from `offsets[i]` to
    `offsets[i + 1]`, counted from `payload_offset`. `offsets[0]` need not be 0. The buffers lie
    inside the file, the offsets rise and stay within `payload_size`: `open_feed` has checked it.
    """

    messages: int
    recv_ns_offset: int
    """Of `messages` int64."""
    payload_offsets_offset: int
    """Of `messages + 1` int64."""
    payload_offset: int
    payload_size: int


class MappedFile:
    """An open memory map that knows where in it an Arrow buffer lies."""

    def __init__(self, source: pa.MemoryMappedFile) -> None:
        source.seek(0)
        whole = source.read_buffer()
        source.seek(0)
        self._base = whole.address
        self._size = whole.size

    def layout_of(self, recv_ns: "pa.Array[Any]", payloads: "pa.Array[Any]") -> BatchLayout | None:
        """Finds the columns of a batch; `None` where they are not in the file as they are."""
        count = len(payloads)
        times = self._position(recv_ns.buffers()[1], count * _INTEGER_BYTES)
        _, offsets_buffer, data_buffer = payloads.buffers()
        offsets = self._position(offsets_buffer, (count + 1) * _INTEGER_BYTES)
        size = data_buffer.size if data_buffer is not None else 0
        data = self._position(data_buffer, size)
        if times is None or offsets is None or data is None:
            return None
        if times % _ALIGNMENT_BYTES or offsets % _ALIGNMENT_BYTES:
            return None
        return BatchLayout(count, times, offsets, data, size)

    def _position(self, buffer: pa.Buffer | None, needed_bytes: int) -> int | None:
        if needed_bytes == 0:
            return 0
        if buffer is None or buffer.size < needed_bytes:
            return None
        position = buffer.address - self._base
        inside = position >= 0 and position + buffer.size <= self._size
        return position if inside else None


def check_offsets(path: object, file: BinaryIO, layout: BatchLayout) -> None:
    """Checks that the payload offsets of a batch rise and stay inside its payload bytes.

    Reads them in pieces rather than through a map, so that memory stays flat.

    Raises:
        FeedError: They do not; says at which byte of the file.
    """
    previous = 0
    entries = layout.messages + 1
    for first in range(0, entries, _CHECKED_AT_ONCE):
        position = layout.payload_offsets_offset + first * _INTEGER_BYTES
        count = min(_CHECKED_AT_ONCE, entries - first)
        offsets = read_integers(path, file, position, count)
        steps = np.diff(offsets, prepend=previous)
        # A step from the largest to the least integer wraps round to a rise: look at signs too.
        wrong = np.flatnonzero((steps < 0) | (offsets < 0) | (offsets > layout.payload_size))
        if wrong.size:
            problem = f"payload offset {offsets[wrong[0]]} falls, or leaves the payload's bytes"
            raise FeedError(path, position + int(wrong[0]) * _INTEGER_BYTES, problem)
        previous = int(offsets[-1])


def read_integers(
    path: object, file: BinaryIO, position: int, count: int
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Reads `count` little-endian int64 at a byte position of the file.

    Raises:
        FeedError: The file ends before.
    """
    return np.frombuffer(read_bytes(path, file, position, count * _INTEGER_BYTES), dtype="<i8")


def read_bytes(path: object, file: BinaryIO, position: int, size: int) -> bytes:
    """Reads `size` bytes at a byte position of the file.

    Raises:
        FeedError: The file ends before.
    """
    file.seek(position, os.SEEK_SET)
    content = file.read(size)
    if len(content) < size:
        problem = f"the file ends here, {size - len(content):,} bytes before the end of the batch"
        raise FeedError(path, position + len(content), problem)
    return content
