"""Fields of a Protobuf message, found without knowing its type.

Source: Protocol Buffers documentation, "Encoding".
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latprobe.feed.importers.moments import nanoseconds_from_moment, nanoseconds_from_value

_VARINT_BYTES: Final = 10
_VARINT_ENDS: Final = re.compile(rb"[\x80-\xff]{0,9}[\x00-\x7f]")
_VARINT, _FIXED64, _BYTES, _GROUP, _GROUP_END, _FIXED32 = range(6)
_SIZES: Final = {_FIXED64: 8, _FIXED32: 4, _GROUP: 0, _GROUP_END: 0}
_MORE: Final = 0x80
"""Set in each byte of a varint but the last."""
# Bits of a double that is a number of s to ns since 1970: as an integer, they would be a time in ns
# long after 2100.
_LATEST_NS: Final = 4_200_000_000 * 10**9
_TIMESTAMP_SECONDS, _TIMESTAMP_NANOSECONDS = 1, 2


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message."""

    wire_type: int
    start: int
    stop: int
    """Where its value is; that of a field with a length, without the length."""


def varint(content: bytes, start: int) -> tuple[int, int] | None:
    """A varint and where it ends; `None` if it ends after the content.

    Raises:
        ValueError: It has more than ten bytes.
    """
    stop = _varint_end(content, start)
    if stop is None:
        return None
    value = 0
    for byte in reversed(content[start:stop]):
        value = value << 7 | byte & 0x7F
    return value, stop


def _varint_end(content: bytes, start: int) -> int | None:
    found = _VARINT_ENDS.match(content, start)
    if found is not None:
        return found.end()
    if len(content) - start >= _VARINT_BYTES:
        raise ValueError("a varint of more than ten bytes")
    return None


def find_field(message: bytes, number: int, start: int, stop: int) -> Field | None:
    """The last field with a number, which is the one that counts; `None` if there is none.

    Raises:
        ValueError: The bytes from `start` to `stop` are no message.
    """
    found: Field | None = None
    depth = 0
    place = start
    while place < stop:
        key = message[place]
        place += 1
        if key >= _MORE:
            key, place = _whole(varint(message, place - 1))
        wire_type, its_number = key & 7, key >> 3
        first, place = _value(message, wire_type, place)
        if wire_type == _GROUP:
            depth += 1
        elif wire_type == _GROUP_END:
            depth -= 1
        if place > stop or not its_number or depth < 0:
            raise ValueError("a field that reaches beyond its message")
        if its_number == number and not depth:
            found = Field(wire_type, first, place)
    if depth:
        raise ValueError("a group without an end")
    return found


def _value(message: bytes, wire_type: int, place: int) -> tuple[int, int]:
    """Where a field's value begins, and where it ends."""
    if wire_type == _BYTES:
        if place < len(message) and message[place] < _MORE:
            return place + 1, place + 1 + message[place]
        size, first = _whole(varint(message, place))
        return first, first + size
    if wire_type == _VARINT:
        if place < len(message) and message[place] < _MORE:
            return place, place + 1
        end = _varint_end(message, place)
        if end is None:
            raise ValueError("a varint without an end")
        return place, end
    if wire_type in _SIZES:
        return place, place + _SIZES[wire_type]
    raise ValueError("a field of no known type")


def is_message(content: bytes) -> bool:
    """Whether bytes can be a message."""
    try:
        find_field(content, 0, 0, len(content))
    except ValueError:
        return False
    return True


def time_at(message: bytes, path: Sequence[int]) -> int | None:
    """The time at a path of field numbers, in nanoseconds since 1970; `None` if there is none.

    A varint or fixed integer, whose magnitude tells its unit; a double; a google.protobuf.Timestamp
    or text.
    """
    start, stop = 0, len(message)
    field: Field | None = None
    try:
        for number in path:
            if field is not None and field.wire_type != _BYTES:
                return None
            field = find_field(message, number, start, stop)
            if field is None:
                return None
            start, stop = field.start, field.stop
        return _nanoseconds(message, field) if field else None
    except ValueError:
        return None


def _nanoseconds(message: bytes, field: Field) -> int | None:
    content = message[field.start : field.stop]
    match field.wire_type:
        case 0:
            return nanoseconds_from_value(_whole(varint(content, 0))[0])
        case 1:
            number = int.from_bytes(content, "little")
            if number < _LATEST_NS:
                return nanoseconds_from_value(number)
            return nanoseconds_from_value(struct.unpack("<d", content)[0])
        case 5:
            return nanoseconds_from_value(int.from_bytes(content, "little"))
        case _:
            text_ns = nanoseconds_from_moment(content)
            return _timestamp(content) if text_ns is None else text_ns


def _timestamp(content: bytes) -> int | None:
    parts = []
    for number in (_TIMESTAMP_SECONDS, _TIMESTAMP_NANOSECONDS):
        field = find_field(content, number, 0, len(content))
        if field is not None and field.wire_type != _VARINT:
            return None
        parts.append(_whole(varint(content, field.start))[0] if field else 0)
    seconds, nanoseconds = parts
    total = seconds * 10**9 + nanoseconds
    return total if seconds and nanoseconds < 10**9 and total < 2**63 else None


def _whole(found: tuple[int, int] | None) -> tuple[int, int]:
    if found is None:
        raise ValueError("a varint without an end")
    return found
