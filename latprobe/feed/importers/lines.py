"""A recording of lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.source import Source

_SHOWN_BYTES: Final = 40
_LIMIT: Final = f"expected a line of at most {MESSAGE_LIMIT_BYTES:,} bytes"
_TOO_LONG: Final = f"{_LIMIT}; found a longer one"
_TOO_LONG_ENDS: Final = f"{_LIMIT}; found the rest of a longer one"
_LINE_FEED: Final = 0x0A


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that follow each other."""

    offset: int
    """Of the first line, in the uncompressed content."""
    content: bytes
    """The lines with a line feed between any two, and none after the last."""

    @property
    def lines(self) -> list[bytes]:
        """Each line without its line feed."""
        return self.content.split(b"\n")

    def places(self) -> list[int]:
        """Offset of each line in the uncompressed content."""
        ends = np.flatnonzero(np.frombuffer(self.content, np.uint8) == _LINE_FEED)
        return [self.offset, *(ends + (self.offset + 1)).tolist()]


def shown(content: bytes) -> str:
    """The beginning of a line or message, as an error quotes it."""
    return repr(content[:_SHOWN_BYTES])[1:] + ("…" if len(content) > _SHOWN_BYTES else "")


def read_lines(source: Source) -> Iterator[Lines]:
    """Splits a recording into lines; the last one need not end with a line feed.

    A line that is longer than any message may be is bad: it is set aside in pieces.

    Raises:
        FeedError: There is such a line, and no quarantine.
    """
    offset = 0
    rest = b""
    within_long_line = False
    for chunk in source.chunks():
        whole, line_feed, last = chunk.rpartition(b"\n")
        if not line_feed:
            rest += last
        else:
            content, rest = rest + whole, last
            if within_long_line:
                end, line_feed, content = content.partition(b"\n")
                source.bad(offset, _TOO_LONG_ENDS, end)
                offset += len(end) + 1
                within_long_line = False
            if line_feed:
                yield Lines(offset, content)
                offset += len(content) + 1
        if len(rest) > MESSAGE_LIMIT_BYTES:
            source.bad(offset, _TOO_LONG, rest)
            offset += len(rest)
            rest, within_long_line = b"", True
    if rest and within_long_line:
        source.bad(offset, _TOO_LONG_ENDS, rest)
    elif rest:
        yield Lines(offset, rest)
