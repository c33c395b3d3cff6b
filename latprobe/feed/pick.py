"""Single messages and single columns of a feed, without reading the rest of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from latprobe.errors import FeedError
from latprobe.feed.format import BATCH_MESSAGES
from latprobe.feed.layout import read_bytes, read_integers
from latprobe.feed.reader import Feed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def read_times(feed: Feed) -> "Iterator[npt.NDArray[np.int64]]":
    """The receive times of a mappable feed in order, a bounded number at a time.

    Raises:
        FeedError: The file is damaged.
    """
    with feed.path.open("rb") as file:
        for batch in feed.batches:
            for first in range(0, batch.messages, BATCH_MESSAGES):
                count = min(BATCH_MESSAGES, batch.messages - first)
                yield read_integers(feed.path, file, batch.recv_ns_offset + 8 * first, count)


def read_payload(feed: Feed, number: int) -> bytes:
    """The payload of one message of a mappable feed, by its number from 0.

    Raises:
        FeedError: There is no such message, or the file is damaged.
    """
    first = 0
    for batch in feed.batches:
        if number < first + batch.messages:
            with feed.path.open("rb") as file:
                at = batch.payload_offsets_offset + 8 * (number - first)
                start, stop = read_integers(feed.path, file, at, 2).tolist()
                return read_bytes(feed.path, file, batch.payload_offset + start, stop - start)
        first += batch.messages
    raise FeedError(feed.path, None, f"has {first:,} messages, and none of number {number:,}")
