"""Several feeds as one, by receive time."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.errors import FeedError
from latprobe.feed.change.changed_feed import (
    Progress,
    blocks_in_turn,
    refuse_same,
    write_block,
)
from latprobe.feed.messages import Block
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.rows import joined, parts, take
from latprobe.feed.writer import FeedWriter

if TYPE_CHECKING:
    import numpy.typing as npt

CHANGE: Final = "merge 1"
_SOURCE_SHOWN: Final = 2_000
_AT_ONCE_BYTES: Final = 2**21
"""Merged at once, of all feeds: far less than a batch, so that what is written pins no more."""
_LEAST_AT_ONCE_BYTES: Final = 65_536


def merge_feeds(
    out: str | Path,
    paths: Sequence[str | Path],
    *,
    protocol: str | None = None,
    progress: Progress | None = None,
) -> Feed:
    """Writes the messages of all feeds to `out`, by receive time.

    Always the earliest of those that are next in their feeds comes next; of several, that of the
    feed named first. So each feed keeps its order, even where its times run backwards. Memory is
    flat, and that of a block (8 MiB) of each feed.

    Args:
        out: Where the one feed shall be.
        paths: The feeds, at least two.
        protocol: Language of the payloads; needed where the feeds do not state the same.
        progress: Told how far it is.

    Raises:
        FeedError: A feed is damaged, protocols differ, there is no message, or `out` cannot be
            written.
    """
    feeds, out = [open_feed(path) for path in paths], Path(out)
    for feed in feeds:
        refuse_same(feed, out)
    spoken = _protocol(feeds) if protocol is None else protocol
    source = _source(feeds)
    total = sum(feed.messages for feed in feeds)
    with FeedWriter(out, protocol=spoken, source=source, importer=CHANGE) as writer:
        for block in _merged([_Input(feed, _AT_ONCE_BYTES // len(feeds)) for feed in feeds]):
            write_block(writer, block)
            if progress is not None:
                progress(writer.messages, total)
        writer.flush()
        if not writer.messages:
            raise FeedError(out, None, "no feed has a message; nothing is written")
    return open_feed(out)


class _Input:
    """A feed with those of its messages in hand that were read and not yet given away.

    Args:
        feed: The feed.
        at_once_bytes: So many bytes are in hand at most, but for a message that is larger.
    """

    def __init__(self, feed: Feed, at_once_bytes: int) -> None:
        at_once = max(at_once_bytes, _LEAST_AT_ONCE_BYTES)
        self._blocks = _in_parts(feed, at_once)
        self._latest_ns: int | None = None
        self.block: Block | None = None
        self.order_ns: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        """The latest time of this feed up to each message in hand: what the merge goes by."""
        self.refill()

    def refill(self) -> None:
        """Takes the next block when none is in hand; at the end there is none."""
        if self.block is not None:
            return
        self.block = next(self._blocks, None)
        if self.block is None:
            return
        self.order_ns = np.maximum.accumulate(self.block.recv_ns)
        if self._latest_ns is not None:
            self.order_ns = np.maximum(self.order_ns, self._latest_ns)
        self._latest_ns = int(self.order_ns[-1])

    def give(self, count: int) -> Block:
        """Gives the first `count` messages in hand away."""
        assert self.block is not None
        given, rest = self.block.part(0, count), self.block.part(count, len(self.block))
        self.order_ns = self.order_ns[count:]
        self.block = rest if len(rest) else None
        return given


def _in_parts(feed: Feed, at_once_bytes: int) -> Iterator[Block]:
    for block in blocks_in_turn(feed):
        yield from parts(block, at_once_bytes)
        # Or it would be there still while the next is read, once for each feed.
        del block


def _merged(inputs: Sequence[_Input]) -> Iterator[Block]:
    while left := [(number, it) for number, it in enumerate(inputs) if it.block is not None]:
        # What is next of the feed whose hand ends first is not known, but is not before `bound`.
        bound, first = min((int(it.order_ns[-1]), number) for number, it in left)
        given, times = [], []
        for number, it in left:
            upto = bound if number <= first else bound - 1
            count = int(np.searchsorted(it.order_ns, upto, side="right"))
            if count:
                times.append(it.order_ns[:count])
                given.append(it.give(count))
        if len(given) == 1:
            yield given[0]
        else:
            yield take(joined(given), np.argsort(np.concatenate(times), kind="stable"))
        for it in inputs:
            it.refill()


def _protocol(feeds: Sequence[Feed]) -> str:
    protocols = sorted({feed.protocol for feed in feeds})
    if len(protocols) > 1:
        stated = ", ".join(f"{feed.path.name}: {feed.protocol or 'none'}" for feed in feeds)
        problem = f"expected feeds of one protocol, but they state {stated}"
        raise FeedError(feeds[0].path, None, f"{problem}; name one by --protocol to merge them")
    return protocols[0]


def _source(feeds: Sequence[Feed]) -> str:
    parts = "; and ".join(f"{it.path.name} ({it.source or 'source not stated'})" for it in feeds)
    words = f"merged by time: {parts}"[:_SOURCE_SHOWN]
    made_up = sum(feed.synthetic for feed in feeds)
    if not made_up:
        return words
    return f"synthetic{'' if made_up == len(feeds) else ' in part'}, {words}"
