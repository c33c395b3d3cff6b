"""A JSON frame as a protobuf message, in the wire format.

See "Encoding" in protobuf's documentation: each field begins with its number and how it is written.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from latprobe.feed.transcode.schema import DATA, MESSAGES, OTHER, STREAM, Field

_VARINT: Final = 0
_LENGTH: Final = 2
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80
_INT64: Final = range(-(2**63), 2**63)


class _UnfitError(Exception):
    """A value is not what the schema says: its frame is carried as JSON."""


def frame_in_protobuf(frame: Any) -> bytes:
    """A frame, or what is no frame, as a `Frame` of `schema.proto_text()`."""
    stream = frame.get("stream") if isinstance(frame, dict) else None
    data = frame.get("data", frame) if isinstance(frame, dict) else frame
    head = _bytes(STREAM.number, stream.encode()) if isinstance(stream, str) else b""
    kind = _kind_of(data)
    if kind is not None:
        name, number = DATA[kind]
        try:
            return head + _bytes(number, b"".join(_fields(data, MESSAGES[name])))
        except _UnfitError:
            pass
    return head + _bytes(OTHER.number, msgspec.json.encode(data))


def _kind_of(data: Any) -> str | None:
    if not isinstance(data, dict):
        return None
    kind = data.get("e")
    if kind is None and "u" in data and "B" in data:
        return "bookTicker"  # spot frames do not say what they are
    return kind if isinstance(kind, str) and kind in DATA else None


def _fields(data: dict[str, Any], fields: Sequence[Field]) -> Iterator[bytes]:
    for field in fields:
        value = data.get(field.name)
        if value is None and field.is_optional:
            continue
        match field.type, value:
            case "string", str():
                yield _bytes(field.number, value.encode())
            case "bool", bool():
                yield _varint(field.number << 3 | _VARINT) + _varint(int(value))
            case "int64", int() if not isinstance(value, bool) and value in _INT64:
                yield _varint(field.number << 3 | _VARINT) + _varint(value)
            case "Level", list():
                for level in value:
                    yield _bytes(field.number, _level(level))
            case _:
                raise _UnfitError(field.name)


def _level(level: Any) -> bytes:
    match level:
        case [str(price), str(quantity)]:
            return _bytes(1, price.encode()) + _bytes(2, quantity.encode())
    raise _UnfitError("level")


def _bytes(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | _LENGTH) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    value %= 2**64  # negative numbers are written in two's complement
    digits = bytearray()
    while value > _SEVEN_BITS:
        digits.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    digits.append(value)
    return bytes(digits)
