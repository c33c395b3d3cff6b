"""What every change of a feed does alike: it reads one, writes another, and says what it did."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.blocks import read_blocks
from latprobe.feed.messages import Block
from latprobe.feed.reader import Feed
from latprobe.feed.rows import parts
from latprobe.feed.writer import FeedWriter

Progress = Callable[[int, int], None]
"""Called now and then with how many messages were read, and how many there are."""

_INT64_LIMIT: Final = 2**63
_WRITTEN_AT_ONCE_BYTES: Final = 2**20


@contextmanager
def changed_feed(
    feed: Feed, out: Path, *, change: str, words: str, protocol: str | None = None
) -> Iterator[FeedWriter]:
    """Writes what becomes of `feed` to `out`, whose notes say `words` after those of `feed`.

    Args:
        feed: The feed that is changed.
        out: Where the changed one shall be. Only a whole feed gets there.
        change: Name and version of what changes it.
        words: What it does, for people.
        protocol: Language of the changed payloads, where that is another.

    Raises:
        FeedError: `out` is `feed` itself or cannot be written, or no message is left.
    """
    refuse_same(feed, out)
    source, importer = feed.source or "source not stated", feed.importer
    with FeedWriter(
        out,
        protocol=feed.protocol if protocol is None else protocol,
        source=f"{source}; {words}",
        importer=f"{importer}; {change}" if importer else change,
    ) as writer:
        yield writer
        writer.flush()
        if not writer.messages:
            raise FeedError(feed.path, None, f"no message is left ({words}); nothing is written")


def write_block(writer: FeedWriter, block: Block) -> None:
    """Adds a block in small parts: a batch is made of what is held, and pins no more than that."""
    for part in parts(block, _WRITTEN_AT_ONCE_BYTES):
        writer.extend(part)


def refuse_same(feed: Feed, out: Path) -> None:
    """Raises `FeedError` where a feed would be written over itself."""
    if out.exists() and out.samefile(feed.path):
        raise FeedError(out, None, "is the feed to be changed; name another file for the new one")


def blocks_in_turn(feed: Feed, progress: Progress | None = None) -> Iterator[Block]:
    """Reads a feed from start to end, and checks its payloads on the way.

    Raises:
        FeedError: The feed is damaged, or its payloads do not have the SHA-256 that it states.
    """
    digest = hashlib.sha256()
    done = 0
    for block in read_blocks(feed):
        digest.update(block.payload)
        done += len(block)
        # Whoever asked has it alone, and can let it go before all that is made of it is written.
        handed = [block]
        del block
        yield handed.pop()
        if progress is not None:
            progress(done, feed.messages)
    if feed.sha256 and digest.hexdigest() != feed.sha256:
        raise FeedError(feed.path, None, "its payloads do not have the SHA-256 that it states")


def fits_int64(feed: Feed, time_ns: int, what: str) -> None:
    """Raises `FeedError` where a time would leave the range of `recv_ns`."""
    if not -_INT64_LIMIT <= time_ns < _INT64_LIMIT:
        raise FeedError(feed.path, None, f"{what} would lead to receive times beyond 64 bits")
