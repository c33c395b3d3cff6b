"""Messages of a block chosen by number: any order, any number of times."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from latprobe.feed.messages import Block, PlainChannels

if TYPE_CHECKING:
    import numpy.typing as npt


def take(block: Block, rows: "npt.NDArray[np.int64]") -> Block:
    """The messages `rows` of a block, in that order; a row may be named twice.

    Args:
        block: Where they are taken from.
        rows: Numbers from 0 to one less than `block` has messages.
    """
    channels = PlainChannels(block.channels.indices[rows], block.channels.names)
    if len(rows) and int(rows[-1]) - int(rows[0]) == len(rows) - 1 and _follow(rows):
        return block.part(int(rows[0]), int(rows[-1]) + 1)
    # Arrow moves a payload by one copy of its bytes, however small it is.
    taken = payload_array(block).take(rows)
    _, offsets, data = taken.buffers()
    if offsets is None or not len(rows):
        return Block(np.zeros(0, np.int64), channels, np.zeros(1, np.int64), memoryview(b""))
    ends = np.frombuffer(memoryview(offsets), np.int64, len(rows) + 1, taken.offset * 8)
    size = int(ends[-1])
    content = memoryview(data)[:size] if data is not None and size else memoryview(b"")
    return Block(block.recv_ns[rows], channels, ends, content)


def parts(block: Block, payload_bytes: int, messages: int | None = None) -> Iterator[Block]:
    """The messages of a block in turn, in blocks of so many bytes and messages at most.

    A message that is larger is a block of its own. Without a number of messages, there are at most
    so many as if each had 16 bytes.
    """
    limit_messages = payload_bytes // 16 if messages is None else messages
    start = 0
    while start < len(block):
        limit = block.offsets[start] + payload_bytes
        fits = int(np.searchsorted(block.offsets, limit, side="right")) - 1
        stop = min(max(fits, start + 1), start + limit_messages, len(block))
        yield block.part(start, stop)
        start = stop


def joined(blocks: Sequence[Block]) -> Block:
    """Blocks one after the other, as one."""
    if len(blocks) == 1:
        return blocks[0]
    names: dict[str, int] = {}
    indices = []
    for block in blocks:
        number_of = [names.setdefault(name, len(names)) for name in block.channels.names]
        indices.append(np.array(number_of, np.int32)[block.channels.indices])
    sizes = np.concatenate([block.sizes for block in blocks])
    return Block(
        np.concatenate([block.recv_ns for block in blocks]),
        PlainChannels(np.concatenate(indices), tuple(names)),
        np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
        memoryview(b"".join(block.payload for block in blocks)),
    )


def payload_array(block: Block) -> "pa.Array[Any]":
    """The payloads of a block as an Arrow array over the same memory."""
    offsets = pa.py_buffer(np.ascontiguousarray(block.offsets).data)
    contents = [None, offsets, pa.py_buffer(block.payload)]
    return pa.Array.from_buffers(pa.large_binary(), len(block), contents)


def _follow(rows: "npt.NDArray[np.int64]") -> bool:
    return bool((np.diff(rows) == 1).all())
