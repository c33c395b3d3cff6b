"""When each message was sent, and the feed that says so."""

import tempfile
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.errors import FeedError
from latprobe.feed.messages import Block, PlainChannels
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.serve.upcoming import chosen_blocks
from latprobe.feed.writer import FeedWriter

IMPORTER: Final = "serve 1"
if TYPE_CHECKING:
    import numpy.typing as npt

_TIME_BYTES: Final = 8


class SentLog:
    """Send times in a file without a name, so that memory stays flat while messages are sent.

    Args:
        out: Where the feed shall be.

    Raises:
        FeedError: It cannot be written there.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        try:
            self._file = tempfile.TemporaryFile(dir=out.parent)  # noqa: SIM115  # closed below
        except OSError as error:
            raise FeedError(out, None, f"cannot be written: {error.strerror}") from error

    def add(self, sent_ns: list[int]) -> None:
        """Adds the times at which the next messages were sent; 0 for one that was not.

        Raises:
            FeedError: The disk is full.
        """
        try:
            self._file.write(array("q", sent_ns))
        except OSError as error:
            raise FeedError(self._out, None, f"cannot be written: {error.strerror}") from error

    def write_feed(self, feed: Feed, channels: frozenset[str], described: str) -> Feed:
        """Makes the feed of what was sent: the payloads, received when they were sent.

        Returns:
            The feed.

        Raises:
            FeedError: It cannot be written, or nothing was sent.
        """
        try:
            left = self._file.tell() // _TIME_BYTES
            self._file.seek(0)
        except OSError as error:
            raise FeedError(self._out, None, f"cannot be written: {error.strerror}") from error
        source = f"{feed.source or feed.path.name}, {described}"
        with FeedWriter(
            self._out, protocol=feed.protocol, source=source, importer=IMPORTER
        ) as writer:
            for block, wanted, _ in chosen_blocks(feed, channels, None):
                if left <= 0:
                    break
                count = min(left, len(wanted))
                times = np.frombuffer(self._file.read(count * _TIME_BYTES), np.int64)
                sent = times > 0
                if sent.any():
                    writer.extend(_selected(block, wanted[:count][sent], times[sent]))
                left -= count
            writer.flush()
            if not writer.messages:
                raise FeedError(self._out, None, "is not written: nothing was sent")
        return open_feed(self._out)

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()


def _selected(
    block: Block, numbers: "npt.NDArray[np.intp]", sent_ns: "npt.NDArray[np.int64]"
) -> Block:
    """Some messages of a block, with other times."""
    sizes = block.sizes[numbers]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    starts, content = block.offsets[numbers].tolist(), block.payload
    parts = [
        content[start : start + size] for start, size in zip(starts, sizes.tolist(), strict=True)
    ]
    channels = PlainChannels(block.channels.indices[numbers], block.channels.names)
    return Block(sent_ns, channels, offsets, memoryview(b"".join(parts)))
