"""Nasdaq ITCH 5.0 files: each message after a prefix of two bytes.

The prefix is the message's length, big endian (Nasdaq's BinaryFILE); a length of zero may end the
file. Some tools write zero before every message instead: then the lengths follow from the types.
Which of the two a file is, its first prefix says.

What is no message ends the import, or is set aside up to where eight messages follow each other.

The receive time is the message's own: nanoseconds since midnight, added to the midnight that the
options give. The channel is `itch`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.itch50_frames import (
    END_OF_FILE,
    LENGTHS,
    PREFIX_BYTES,
    next_messages,
    whole_messages,
)
from latprobe.feed.importers.source import Source
from latprobe.feed.messages import Block, PlainChannels

if TYPE_CHECKING:
    import numpy.typing as npt

CHANNEL: Final = "itch"
# Time of a message, in it: 48 bits big endian.
_TIME_AT: Final = 5
_TIME_BYTES: Final = 6
_RECOGNISED_BY_MESSAGES: Final = 3
# What is set aside is so large at least where more of the same may follow.
_PIECE_BYTES: Final = 65_536
_MORE_DAMAGE: Final = "expected ITCH 5.0 messages to go on; found more bytes that are none"


def _recognises(head: bytes) -> bool:
    zero_prefixed = head.startswith(END_OF_FILE)
    position = 0
    for _ in range(_RECOGNISED_BY_MESSAGES):
        prefix = head[position : position + PREFIX_BYTES]
        kind = head[position + PREFIX_BYTES : position + PREFIX_BYTES + 1]
        if not kind:
            break
        length = LENGTHS[kind[0]]
        if not length or int.from_bytes(prefix, "big") != (0 if zero_prefixed else length):
            return False
        position += PREFIX_BYTES + length
    return position > 0


def _read(source: Source, options: ImportOptions) -> Iterator[Block]:
    reader = _Reader(source, options, zero_prefixed=source.head().startswith(END_OF_FILE))
    for chunk in source.chunks():
        yield from reader.blocks(chunk)
    yield from reader.last_blocks()


class _Reader:
    """Cuts a file into messages, and has what is none set aside."""

    def __init__(self, source: Source, options: ImportOptions, *, zero_prefixed: bool) -> None:
        self._source = source
        self._midnight_ns = options.midnight_ns
        self._zero_prefixed = zero_prefixed
        # Content that is not dealt with yet, and where it begins.
        self._rest = b""
        self._offset = 0
        self._damage = ""
        """What is wrong with the rest; empty where it begins with a message."""

    def blocks(self, chunk: bytes) -> Iterator[Block]:
        """The messages that are whole with this chunk."""
        self._rest += chunk
        return self._blocks(at_end=False)

    def last_blocks(self) -> Iterator[Block]:
        """What could not be told before the end of the file was known."""
        if self._damage:
            yield from self._blocks(at_end=True)
        if self._rest and (self._zero_prefixed or self._rest != END_OF_FILE):
            found = f"found that the file ends within a message: {len(self._rest)} bytes of it"
            self._source.bad(self._offset, f"expected a whole message; {found}", self._rest)

    def _blocks(self, *, at_end: bool) -> Iterator[Block]:
        content, position, zero_prefixed = self._rest, 0, self._zero_prefixed
        while True:
            if self._damage:
                start = position
                position, found = next_messages(
                    content, start, zero_prefixed=zero_prefixed, at_end=at_end
                )
                if not found and not at_end and position - start < _PIECE_BYTES:
                    position = start
                if position > start:
                    piece = content[start:position]
                    self._source.bad(self._offset + start, self._damage, piece)
                    self._damage = _MORE_DAMAGE
                if not found:
                    break
                self._damage = ""
            run = whole_messages(content, position, zero_prefixed=zero_prefixed)
            if len(run.starts):
                yield self._block(content[position : run.stop], run.starts - position, position)
            position = run.stop
            if run.sound:
                break
            self._damage = self._problem(content[position : position + PREFIX_BYTES + 1])
        self._rest = content[position:]
        self._offset += position

    def _block(self, content: bytes, starts: "npt.NDArray[np.int64]", position: int) -> Block:
        octets = np.frombuffer(content, np.uint8)
        is_payload = np.ones(len(octets), np.bool_)
        for byte in range(PREFIX_BYTES):
            is_payload[starts + byte] = False
        count = len(starts)
        times = np.zeros((count, 8), np.uint8)
        at = starts + PREFIX_BYTES + _TIME_AT
        for byte in range(_TIME_BYTES):
            times[:, byte - _TIME_BYTES] = octets[at + byte]
        return Block(
            recv_ns=times.view(">i8")[:, 0].astype(np.int64) + self._midnight_ns,
            channels=PlainChannels(np.zeros(count, np.int32), (CHANNEL,)),
            offsets=np.append(starts, len(octets)) - PREFIX_BYTES * np.arange(count + 1),
            payload=octets[is_payload].data,
            places=starts + (self._offset + position),
        )

    def _problem(self, beginning: bytes) -> str:
        prefix, kind = int.from_bytes(beginning[:PREFIX_BYTES], "big"), beginning[PREFIX_BYTES:]
        name, length = repr(kind)[1:], LENGTHS[kind[0]]
        if not length:
            return f"expected an ITCH 5.0 message; found type {name}, which ITCH 5.0 does not have"
        wanted = "a prefix of 0, as before" if self._zero_prefixed else f"a length of {length}"
        return f"expected {wanted} for message type {name}; found {prefix}"


ITCH50: Final = Importer(
    name="itch50",
    version=1,
    protocol="itch50",
    summary="Nasdaq ITCH 5.0, each message after its length, or after a prefix of zero",
    recognises=_recognises,
    read=_read,
    takes=frozenset({"midnight_ns"}),
)
