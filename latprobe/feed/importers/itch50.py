"""Nasdaq ITCH 5.0 files: each message after a prefix of two bytes.

The prefix is the message's length, big endian (Nasdaq's BinaryFILE); a length of zero may end the
file. Some tools write zero before every message instead: then the lengths follow from the types.
Which of the two a file is, its first prefix says.

The receive time is the message's own: nanoseconds since midnight, added to the midnight that the
options give. The channel is `itch`.
"""

from collections.abc import Iterator
from typing import Final

from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.itch50_lengths import MESSAGE_BYTES
from latprobe.feed.importers.source import Source
from latprobe.feed.messages import Messages

CHANNEL: Final = "itch"
_PREFIX_BYTES: Final = 2
_END_OF_FILE: Final = bytes(_PREFIX_BYTES)
# Time of a message, in it: 48 bits big endian.
_TIME = slice(5, 11)
_LENGTHS: Final = tuple(MESSAGE_BYTES.get(chr(kind), 0) for kind in range(256))
_RECOGNISED_BY_MESSAGES: Final = 3


def _recognises(head: bytes) -> bool:
    zero_prefixed = head[:_PREFIX_BYTES] == _END_OF_FILE
    position = 0
    for _ in range(_RECOGNISED_BY_MESSAGES):
        prefix = head[position : position + _PREFIX_BYTES]
        kind = head[position + _PREFIX_BYTES : position + _PREFIX_BYTES + 1]
        if not kind:
            break
        length = _LENGTHS[kind[0]]
        if not length or int.from_bytes(prefix, "big") != (0 if zero_prefixed else length):
            return False
        position += _PREFIX_BYTES + length
    return position > 0


def _read(source: Source, options: ImportOptions) -> Iterator[Messages]:
    offset = 0
    rest = b""
    zero_prefixed: bool | None = None
    for chunk in source.chunks():
        content = rest + chunk
        if len(content) <= _PREFIX_BYTES:
            rest = content
            continue
        if zero_prefixed is None:
            zero_prefixed = content.startswith(_END_OF_FILE)
        payloads, used = _cut(source, offset, content, zero_prefixed=zero_prefixed)
        midnight = options.midnight_ns
        times = [midnight + int.from_bytes(payload[_TIME], "big") for payload in payloads]
        yield Messages(times, [CHANNEL] * len(payloads), payloads)
        offset += used
        rest = content[used:]
    if rest and (zero_prefixed is not False or rest != _END_OF_FILE):
        problem = f"the file ends within a message: {len(rest)} bytes of it are there"
        raise source.fail(offset, problem)


def _cut(
    source: Source, offset: int, content: bytes, *, zero_prefixed: bool
) -> tuple[list[bytes], int]:
    """Cuts whole messages off the content; gives them, and how many bytes they took."""
    payloads: list[bytes] = []
    position = 0
    last = len(content) - _PREFIX_BYTES
    while position < last:
        length = _LENGTHS[content[position + _PREFIX_BYTES]]
        prefix = content[position] << 8 | content[position + 1]
        if not length or prefix != (0 if zero_prefixed else length):
            kind = content[position + _PREFIX_BYTES : position + _PREFIX_BYTES + 1]
            raise source.fail(offset + position, _problem(kind, length, prefix, zero_prefixed))
        stop = position + _PREFIX_BYTES + length
        if stop > len(content):
            break
        payloads.append(content[position + _PREFIX_BYTES : stop])
        position = stop
    return payloads, position


def _problem(kind: bytes, length: int, prefix: int, zero_prefixed: bool) -> str:
    name = repr(kind)[1:]
    if not length:
        return f"expected an ITCH 5.0 message; found type {name}, which ITCH 5.0 does not have"
    expected = "a prefix of 0, as before" if zero_prefixed else f"a length of {length}"
    return f"expected {expected} for message type {name}; found {prefix}"


ITCH50: Final = Importer(
    name="itch50",
    version=1,
    protocol="itch50",
    summary="Nasdaq ITCH 5.0, each message after its length, or after a prefix of zero",
    recognises=_recognises,
    read=_read,
)
