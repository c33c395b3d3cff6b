"""A recording in pieces that are cut where the format says, not where the file was read."""

from collections.abc import Iterator
from dataclasses import dataclass

from latprobe.feed.importers.source import Source


@dataclass(slots=True)
class Window:
    """A piece of a recording. Its reader takes whole messages from the front, and says so."""

    content: bytes
    offset: int
    """Of the content, in the uncompressed recording."""
    last: bool
    """Whether nothing comes after it."""
    used: int = 0
    """How many bytes the reader has taken; what is left comes again, with more behind it."""


def read_windows(source: Source) -> Iterator[Window]:
    """Reads a recording in windows; the last one may be empty.

    A window of which nothing was taken comes again with twice as much at least, so that a long
    message is not looked at anew for every chunk. What no message may be is for the reader to say:
    it holds at most twice the longest message if it does.
    """
    rest = b""
    offset = 0
    chunks = iter(source.chunks())
    wanted = 0
    while True:
        pieces = [rest]
        size = len(rest)
        last = False
        while size <= wanted or len(pieces) == 1:
            chunk = next(chunks, None)
            if chunk is None:
                last = True
                break
            pieces.append(chunk)
            size += len(chunk)
        window = Window(b"".join(pieces), offset, last)
        yield window
        if last:
            return
        rest = window.content[window.used :]
        offset += window.used
        wanted = 0 if window.used else 2 * len(rest)
