"""Reads a feed back in blocks of bounded size, whatever the sizes of its batches."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from latprobe.feed.arrow_source import arrow_batches, arrow_errors, arrow_schema
from latprobe.feed.columns import plain_batch, plain_channels, required_columns
from latprobe.feed.format import BATCH_MESSAGES, BATCH_PAYLOAD_BYTES
from latprobe.feed.layout import read_bytes, read_integers
from latprobe.feed.messages import Block, PlainChannels
from latprobe.feed.reader import Feed

if TYPE_CHECKING:
    import numpy.typing as npt


def read_blocks(feed: Feed) -> Iterator[Block]:
    """Reads a feed from start to end. A block holds no more than a batch of latprobe's own would.

    Memory is that of a block, or of the largest batch for a feed that is not mappable.

    Raises:
        FeedError: The file is damaged.
    """
    with arrow_errors(feed.path):
        yield from _mappable_blocks(feed) if feed.mappable else _other_blocks(feed)


def _mappable_blocks(feed: Feed) -> Iterator[Block]:
    columns = required_columns(feed.path, arrow_schema(feed.path))
    channel_batches = (batch for batch in arrow_batches(feed.path, [columns.channel]) if len(batch))
    with feed.path.open("rb") as file:
        for layout, channel_batch in zip(feed.batches, channel_batches, strict=True):
            channels = plain_channels(feed.path, channel_batch.column(0))

            def payload(start: int, stop: int, at: int = layout.payload_offset) -> memoryview:
                return memoryview(read_bytes(feed.path, file, at + start, stop - start))

            for first in range(0, layout.messages, BATCH_MESSAGES):
                count = min(BATCH_MESSAGES, layout.messages - first)
                times_at = layout.recv_ns_offset + first * 8
                recv_ns = read_integers(feed.path, file, times_at, count)
                offsets_at = layout.payload_offsets_offset + first * 8
                offsets = read_integers(feed.path, file, offsets_at, count + 1)
                part = PlainChannels(channels.indices[first : first + count], channels.names)
                yield from _bounded(recv_ns, part, offsets, payload)


def _other_blocks(feed: Feed) -> Iterator[Block]:
    columns = required_columns(feed.path, arrow_schema(feed.path))
    for batch in arrow_batches(feed.path):
        plain = plain_batch(feed.path, batch.column(columns.recv_ns), batch.column(columns.payload))
        channels = plain_channels(feed.path, batch.column(columns.channel))

        def payload(start: int, stop: int, content: memoryview = plain.payload) -> memoryview:
            return content[start:stop]

        yield from _bounded(plain.recv_ns, channels, plain.offsets, payload)


def _bounded(
    recv_ns: "npt.NDArray[np.int64]",
    channels: PlainChannels,
    offsets: "npt.NDArray[np.int64]",
    payload: Callable[[int, int], memoryview],
) -> Iterator[Block]:
    start = 0
    while start < len(recv_ns):
        fits = int(np.searchsorted(offsets, offsets[start] + BATCH_PAYLOAD_BYTES, side="right")) - 1
        stop = min(max(fits, start + 1), start + BATCH_MESSAGES)
        yield Block(
            recv_ns[start:stop],
            PlainChannels(channels.indices[start:stop], channels.names),
            offsets[start : stop + 1] - offsets[start],
            payload(int(offsets[start]), int(offsets[stop])),
        )
        start = stop
