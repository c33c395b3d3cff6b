"""Rewrites any Arrow table of messages as a feed that can be replayed as it lies."""

from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.blocks import read_blocks
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.writer import FeedWriter


def expand(path: str | Path, out: str | Path) -> Feed:
    """Writes the feed at `path` to `out`: uncompressed, in latprobe's own column types.

    Notes are kept, but for the digest, which is made anew.

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
        for block in read_blocks(feed):
            writer.extend(block)
        writer.flush()
        if feed.sha256 and writer.sha256 != feed.sha256:
            raise FeedError(path, None, "its payloads do not have the SHA-256 that it states")
    return open_feed(out)
