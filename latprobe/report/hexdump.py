"""Bytes of a message, on their way to a terminal."""

from collections.abc import Iterator
from typing import Final

_PER_LINE: Final = 16


def hexdump(content: bytes) -> Iterator[str]:
    """Lines of 16 bytes: the offset, each byte in hexadecimal, and those that are ASCII letters.

    Whatever is no visible ASCII character is written as a dot, so that a message cannot give a
    terminal orders.
    """
    for offset in range(0, len(content), _PER_LINE):
        part = content[offset : offset + _PER_LINE]
        halves = (part[: _PER_LINE // 2], part[_PER_LINE // 2 :])
        in_hexadecimal = "  ".join(half.hex(" ").ljust(3 * _PER_LINE // 2 - 1) for half in halves)
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)  # noqa: PLR2004
        yield f"{offset:04x}  {in_hexadecimal}  {text}"
