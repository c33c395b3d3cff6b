"""A JSON feed in another encoding: the same messages at the same times."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np

from latprobe.errors import FeedError
from latprobe.feed.change.changed_feed import Progress, blocks_in_turn, changed_feed, write_block
from latprobe.feed.messages import Block
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.transcode.protobuf import frame_in_protobuf

Encoding = Literal["msgpack", "protobuf"]

ENCODINGS: Final[Mapping[Encoding, Callable[[Any], bytes]]] = {
    "msgpack": msgspec.msgpack.encode,
    "protobuf": frame_in_protobuf,
}
"""What writes a decoded message in each encoding."""

VERSION: Final = 1
"""Raised when the same feed gives other bytes than before."""


def transcode_feed(
    path: str | Path, out: str | Path, encoding: Encoding, *, progress: Progress | None = None
) -> Feed:
    """Writes the JSON feed at `path` to `out`, each message in another encoding.

    Args:
        path: The feed.
        out: Where the other one shall be.
        encoding: Of its payloads. `protobuf` is the schema of `schema.proto_text`; what fits none
            of its messages is carried as JSON in one of its fields.
        progress: Told how far it is.

    Raises:
        FeedError: The feed is of another protocol or damaged, a message is no JSON or cannot be
            encoded, or `out` cannot be written.
    """
    feed = open_feed(path)
    if feed.protocol != "json":
        raise FeedError(
            feed.path, None, f"expected a feed of json, and it is {feed.protocol or 'not stated'}"
        )
    change, words = f"transcode-{encoding} {VERSION}", f"transcoded to {encoding}"
    with changed_feed(feed, Path(out), change=change, words=words, protocol=encoding) as writer:
        done = 0
        for block in blocks_in_turn(feed, progress):
            write_block(writer, _transcoded(feed, block, done, ENCODINGS[encoding]))
            done += len(block)
    return open_feed(out)


def _transcoded(feed: Feed, block: Block, first: int, encode: Callable[[Any], bytes]) -> Block:
    payloads = []
    for index in range(len(block)):
        content = block.payload[block.offsets[index] : block.offsets[index + 1]]
        try:
            payloads.append(encode(msgspec.json.decode(content)))
        except (msgspec.DecodeError, OverflowError, RecursionError) as error:
            raise FeedError(
                feed.path, None, f"message {first + index:,} cannot be transcoded: {error}"
            ) from error
    offsets = np.zeros(len(payloads) + 1, np.int64)
    np.cumsum([len(it) for it in payloads], out=offsets[1:])
    return Block(block.recv_ns, block.channels, offsets, memoryview(b"".join(payloads)))
