"""Where a MessagePack object has its time, and what time that is."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from latprobe.feed.importers.moments import nanoseconds_from_value

_PLACES: Final = 256
_EXTENSIONS: Final = (0xC7, 0xD6, 0xD7)
_TIMESTAMP: Final = -1
_NANOSECOND_BITS: Final = 30
# What msgspec raises for content that is damaged, is nested without end, or is no UTF-8.
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


def time_reader(path: str) -> Callable[[bytes], int | None]:
    """A function that reads the time at `path` of an object, in nanoseconds since 1970.

    It gives `None` for an object that has no time there, or is damaged.

    Args:
        path: Keys of maps, and places in arrays (a number, from 0), joined by dots.

    Raises:
        ValueError: A part of the path is empty, or a place too far.
    """
    parts = path.split(".")
    kind: Any = msgspec.Raw
    for part in reversed(parts):
        kind = _holder(part, kind)
    decode = msgspec.msgpack.Decoder(kind).decode

    def read(message: bytes) -> int | None:
        try:
            value: Any = decode(message)
            for _ in parts:
                value = value.wanted
            return _nanoseconds(bytes(value))
        except _UNREADABLE:
            return None

    return read


def _holder(part: str, kind: Any) -> Any:
    """A type whose `wanted` is what stands under a key, or at a place; all else is skipped."""
    if not part:
        raise ValueError("a part of the path is empty")
    if not part.isdecimal():
        fields = [("wanted", kind)]
        return msgspec.defstruct("Map", fields, rename={"wanted": part})
    place = int(part)
    if place >= _PLACES:
        raise ValueError(f"places in arrays go from 0 to {_PLACES - 1}")
    before = [(f"before_{number}", msgspec.Raw) for number in range(place)]
    return msgspec.defstruct("Array", [*before, ("wanted", kind)], array_like=True)


def _nanoseconds(raw: bytes) -> int | None:
    if raw[0] in _EXTENSIONS:
        extension = msgspec.msgpack.decode(raw, type=msgspec.msgpack.Ext)
        return _timestamp(bytes(extension.data)) if extension.code == _TIMESTAMP else None
    return nanoseconds_from_value(msgspec.msgpack.decode(raw))


def _timestamp(data: bytes) -> int | None:
    """MessagePack specification, "Timestamp extension type": of 32, 64 and 96 bits."""
    match len(data):
        case 4:
            seconds, nanoseconds = int.from_bytes(data, "big"), 0
        case 8:
            both = int.from_bytes(data, "big")
            nanoseconds = both >> (64 - _NANOSECOND_BITS)
            seconds = both & (2 ** (64 - _NANOSECOND_BITS) - 1)
        case 12:
            nanoseconds = int.from_bytes(data[:4], "big")
            seconds = int.from_bytes(data[4:], "big", signed=True)
        case _:
            return None
    total = seconds * 10**9 + nanoseconds
    return total if nanoseconds < 10**9 and 0 <= total < 2**63 else None
