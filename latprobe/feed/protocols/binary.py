"""Fixed fields of binary messages, read from many messages at once."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.messages import Block
from latprobe.feed.protocols.protocol import UNKNOWN_KIND, Kinds

if TYPE_CHECKING:
    import numpy.typing as npt

_BYTE_BITS: Final = 8
_BYTE_VALUES: Final = 256


def payload_bytes(block: Block) -> "npt.NDArray[np.uint8]":
    """All payloads of a block, byte by byte."""
    return np.frombuffer(block.payload, np.uint8)


def big_endian(
    content: "npt.NDArray[np.uint8]", starts: "npt.NDArray[np.int64]", width: int
) -> "npt.NDArray[np.int64]":
    """The integers of `width` bytes at `starts`; those of 8 bytes wrap round to negative ones."""
    values = np.zeros(len(starts), np.int64)
    for place in range(width):
        values <<= _BYTE_BITS
        values |= content[starts + place]
    return values


def little_endian(
    content: "npt.NDArray[np.uint8]", starts: "npt.NDArray[np.int64]", width: int
) -> "npt.NDArray[np.int64]":
    """The integers of `width` bytes at `starts`; those of 8 bytes wrap round to negative ones."""
    values = np.zeros(len(starts), np.int64)
    for place in reversed(range(width)):
        values <<= _BYTE_BITS
        values |= content[starts + place]
    return values


def filled(
    rows: "npt.NDArray[np.int64]", values: "npt.NDArray[np.int64]", count: int, otherwise: int
) -> "npt.NDArray[np.int64]":
    """`values` at `rows` of an array of `count`, and `otherwise` elsewhere."""
    whole = np.full(count, otherwise, np.int64)
    whole[rows] = values
    return whole


def numbered_kinds(
    rows: "npt.NDArray[np.int64]",
    codes: "npt.NDArray[np.int64]",
    count: int,
    name_of: Mapping[int, str],
    unnamed: str,
) -> Kinds:
    """Kinds by a number that messages carry.

    Args:
        rows: Messages that carry one.
        codes: Their numbers, from 0 to 65,535.
        count: Messages in all.
        name_of: What the numbers mean.
        unnamed: Name of a number without a meaning, with `{}` where the number belongs.
    """
    # Counting is faster than sorting, and the numbers are small.
    distinct = np.flatnonzero(np.bincount(codes))
    names = [name_of.get(code) or unnamed.format(code) for code in distinct.tolist()]
    place_of = np.zeros(int(distinct[-1]) + 1 if len(distinct) else 0, np.int32)
    place_of[distinct] = np.arange(len(distinct), dtype=np.int32)
    indices = np.full(count, len(names), np.int32)
    indices[rows] = place_of[codes]
    return Kinds(indices, (*names, UNKNOWN_KIND))


def lettered(names: Mapping[str, str]) -> dict[int, str]:
    """Names of kinds that are told by a letter, by the letter's number: `A add order`."""
    return {ord(letter): f"{letter} {name}" for letter, name in names.items()}


def letter_kinds(
    rows: "npt.NDArray[np.int64]",
    letters: "npt.NDArray[np.int64]",
    count: int,
    name_of: Mapping[int, str],
) -> Kinds:
    """Kinds by a letter; a letter without a meaning is shown as it is, or as a number."""
    shown = {
        code: name_of.get(code)
        or (f"{chr(code)} ?" if chr(code).isprintable() else f"0x{code:02x}")
        for code in range(_BYTE_VALUES)
    }
    return numbered_kinds(rows, letters, count, shown, "{}")
