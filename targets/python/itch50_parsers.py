"""Three ways to read binary messages in Python: `struct`, slices of the view, and numpy."""

import struct
from collections.abc import Callable
from typing import Any, Final

import itch50_messages as itch
import numpy as np

from latprobe import probe

_STRUCT = {
    "u1": "B",
    "u2": "H",
    "u4": "I",
    "u8": "Q",
    "t6": "HI",
    "a2": "2s",
    "a4": "4s",
    "a8": "8s",
    "side": "B",
}
_NUMPY = {"u1": "u1", "u2": ">u2", "u4": ">u4", "u8": ">u8", "side": "u1"}
_SIDES = b"BS"

Read = Callable[[memoryview], list[Any]]
"""Reads the fields of one message, texts without their padding."""


def _checked(fields: tuple[str, ...], values: list[Any]) -> list[Any]:
    """Texts without their padding, and a side that there is."""
    for index, field in enumerate(fields):
        if field[0] == "a":
            values[index] = values[index].rstrip(b" ")
        elif field == "side" and values[index] not in _SIDES:
            raise ValueError("unknown side")
    return values


def with_struct(fields: tuple[str, ...]) -> Read:
    """A compiled `struct.Struct` for each type."""
    unpack = struct.Struct(">x" + "".join(_STRUCT[field] for field in fields)).unpack_from

    def read(payload: memoryview) -> list[Any]:
        locate, tracking, high, low, *rest = unpack(payload)
        return _checked(fields, [locate, tracking, high << 32 | low, *rest])

    return read


def with_slices(fields: tuple[str, ...]) -> Read:
    """`int.from_bytes` of a slice of the view for each field.

    `memoryview.cast` reads numbers of the machine's own order alone, and ITCH has the other.
    """
    places = []
    start = 1
    for field in fields:
        places.append((start, start + itch.SIZES[field], field[0] == "a"))
        start += itch.SIZES[field]

    def read(payload: memoryview) -> list[Any]:
        return _checked(
            fields,
            [
                bytes(payload[a:b]) if is_text else int.from_bytes(payload[a:b], "big")
                for a, b, is_text in places
            ],
        )

    return read


def with_numpy(fields: tuple[str, ...]) -> Read:
    """A record type of numpy's for each type, read from the view without a copy."""
    columns: list[tuple[str, str]] = [("type", "u1")]
    for number, field in enumerate(fields):
        if field == "t6":
            columns += [("high", ">u2"), ("low", ">u4")]
        else:
            kind = f"V{itch.SIZES[field]}" if field[0] == "a" else _NUMPY[field]
            columns.append((f"f{number}", kind))
    record = np.dtype(columns)

    def read(payload: memoryview) -> list[Any]:
        _, locate, tracking, high, low, *rest = np.frombuffer(payload, record, 1)[0].item()
        return _checked(fields, [locate, tracking, high << 32 | low, *map(_plain, rest)])

    return read


READERS: Final = {"struct": with_struct, "slices": with_slices, "numpy": with_numpy}


class Parser:
    """Looks the message's type up, and hands it to what one of `READERS` has made for it."""

    family = itch.FAMILY
    protocol = "itch50"
    kinds = itch.KINDS
    stages = ("parse",)

    def __init__(self, reader: str) -> None:
        make = READERS[reader]
        self.readers = {
            code: (index, itch.length_of(fields), make(fields))
            for index, (code, (_, fields)) in enumerate(itch.MESSAGES.items())
        }
        self.values: list[Any] = []

    def on_message(self, payload: memoryview) -> int:
        index, length, read = self.readers[payload[0]]
        if len(payload) != length:
            raise ValueError("wrong length")
        self.values = read(payload)
        probe.mark("parse")
        return index

    def digest(self) -> list[Any]:
        return self.values


def _plain(value: Any) -> Any:
    """Numpy hands out raw bytes as they are, and numbers as Python's own."""
    return value.tobytes() if isinstance(value, np.void | memoryview) else value
