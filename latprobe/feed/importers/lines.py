"""A recording of lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.source import Source

_SHOWN_BYTES: Final = 40
_LIMIT: Final = f"expected a line of at most {MESSAGE_LIMIT_BYTES:,} bytes"
_TOO_LONG: Final = f"{_LIMIT}; found a longer one"
_TOO_LONG_ENDS: Final = f"{_LIMIT}; found the rest of a longer one"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that follow each other, without their line feeds."""

    offset: int
    """Of the first line, in the uncompressed content."""
    lines: list[bytes]

    def places(self) -> list[int]:
        """Offset of each line in the uncompressed content."""
        sizes = (len(line) + 1 for line in self.lines[:-1])
        return list(accumulate(sizes, initial=self.offset))


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
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if within_long_line and lines:
            source.bad(offset, _TOO_LONG_ENDS, lines[0])
            offset += len(lines.pop(0)) + 1
            within_long_line = False
        if lines:
            yield Lines(offset, lines)
            offset += sum(map(len, lines)) + len(lines)
        if len(rest) > MESSAGE_LIMIT_BYTES:
            source.bad(offset, _TOO_LONG, rest)
            offset += len(rest)
            rest, within_long_line = b"", True
    if rest and within_long_line:
        source.bad(offset, _TOO_LONG_ENDS, rest)
    elif rest:
        yield Lines(offset, [rest])
