"""The receive times of a feed alone, which are a small part of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.arrow_source import arrow_batches, arrow_errors, arrow_schema
from latprobe.feed.columns import plain_times, required_columns
from latprobe.feed.layout import read_integers
from latprobe.feed.reader import Feed

if TYPE_CHECKING:
    import numpy.typing as npt

_AT_ONCE: Final = 131_072


def read_receive_times(feed: Feed) -> Iterator["npt.NDArray[np.int64]"]:
    """Reads all receive times in arrival order, some at once.

    Memory is small, or that of the times of the largest batch for a feed that is not mappable.

    Raises:
        FeedError: The file is damaged.
    """
    with arrow_errors(feed.path):
        if not feed.mappable:
            columns = required_columns(feed.path, arrow_schema(feed.path))
            for batch in arrow_batches(feed.path, [columns.recv_ns]):
                times = plain_times(feed.path, batch.column(0))
                for first in range(0, len(times), _AT_ONCE):
                    yield times[first : first + _AT_ONCE]
            return
        with feed.path.open("rb") as file:
            for layout in feed.batches:
                for first in range(0, layout.messages, _AT_ONCE):
                    count = min(_AT_ONCE, layout.messages - first)
                    yield read_integers(feed.path, file, layout.recv_ns_offset + first * 8, count)
