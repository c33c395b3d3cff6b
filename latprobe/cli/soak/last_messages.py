"""The messages that led to a failure, as a feed that `latprobe run` replays."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from latprobe.feed.blocks import read_blocks
from latprobe.feed.change.changed_feed import write_block
from latprobe.feed.reader import Feed
from latprobe.feed.writer import FeedWriter

LAST_NAME: Final = "last-messages.arrow"

_MOST: Final = 100_000


def keep_last(feeds: Sequence[Feed], done: int, soak: str, out: Path) -> int:
    """Writes the last messages that were handed over since the target was set back.

    Args:
        feeds: As they are replayed in turn.
        done: Messages before the one in hand, since the first feed was first begun.
        soak: What the feed's notes say it is of.
        out: Where they go.

    Returns:
        How many there are; the last is the one in hand.

    Raises:
        FeedError: where they cannot be read or written.
    """
    feed, offset = _place(feeds, done)
    first = max(0, offset + 1 - _MOST)
    words = f"the last messages of {soak}"
    importer = f"{feed.importer}; soak 1" if feed.importer else "soak 1"
    with FeedWriter(out, protocol=feed.protocol, source=words, importer=importer) as writer:
        seen = 0
        for block in read_blocks(feed):
            start, stop = max(first - seen, 0), min(offset + 1 - seen, len(block))
            if start < stop:
                write_block(writer, block.part(start, stop))
            seen += len(block)
            if seen > offset:
                break
    return offset + 1 - first


def _place(feeds: Sequence[Feed], done: int) -> tuple[Feed, int]:
    """The feed that a message is of, and its number there."""
    offset = done % sum(it.messages for it in feeds)
    for feed in feeds:
        if offset < feed.messages:
            return feed, offset
        offset -= feed.messages
    raise AssertionError("the message is in none of the feeds")
