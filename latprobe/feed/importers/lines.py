"""A recording of lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.source import Source


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that follow each other, without their line feeds."""

    offset: int
    """Of the first line, in the uncompressed content."""
    lines: list[bytes]

    def offset_of(self, index: int) -> int:
        """Offset of one line in the uncompressed content."""
        return self.offset + sum(len(line) + 1 for line in self.lines[:index])


def read_lines(source: Source) -> Iterator[Lines]:
    """Splits a recording into lines; the last one need not end with a line feed.

    Raises:
        FeedError: A line is longer than any message may be.
    """
    offset = 0
    rest = b""
    for chunk in source.chunks():
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if lines:
            yield Lines(offset, lines)
            offset += sum(map(len, lines)) + len(lines)
        if len(rest) > MESSAGE_LIMIT_BYTES:
            limit = f"{MESSAGE_LIMIT_BYTES:,} bytes"
            raise source.fail(offset, f"expected a line of at most {limit}; this one is longer")
    if rest:
        yield Lines(offset, [rest])
