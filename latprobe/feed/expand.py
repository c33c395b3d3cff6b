"""Rewrites any Arrow table of messages as a feed that can be replayed as it lies."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.blocks import read_blocks
from latprobe.feed.messages import Block, Messages
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.writer import FeedWriter

Passed = Callable[[Block], Iterator[Messages | Block]]
"""Gives the messages of a block that are to be kept."""


def expand(path: str | Path, out: str | Path, passed: Passed | None = None) -> Feed:
    """Writes the feed at `path` to `out`: uncompressed, in latprobe's own column types.

    Notes are kept, but for the digest, which is made anew.

    Args:
        path: The feed.
        out: Where the other shall be.
        passed: Which messages are to be kept; without it, all.

    Raises:
        FeedError: The feed is damaged, states a digest that its payloads do not have, or `out`
            cannot be written.
    """
    feed = open_feed(path)
    importer = feed.importer or "expand 1"
    notes = feed.recording.as_json() if feed.recording is not None else ""
    with FeedWriter(
        out, protocol=feed.protocol, source=feed.source, importer=importer, recording=notes
    ) as writer:
        digest = hashlib.sha256()
        for block in read_blocks(feed):
            digest.update(block.payload)
            for kept in passed(block) if passed else (block,):
                writer.extend(kept)
        if feed.sha256 and digest.hexdigest() != feed.sha256:
            raise FeedError(path, None, "its payloads do not have the SHA-256 that it states")
    return open_feed(out)
