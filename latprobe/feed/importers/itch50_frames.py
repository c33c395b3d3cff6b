"""Where the messages of an ITCH 5.0 file begin, and where they go on after damage."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.importers.itch50_lengths import MESSAGE_BYTES

if TYPE_CHECKING:
    import numpy.typing as npt

PREFIX_BYTES: Final = 2
LENGTHS: Final = tuple(MESSAGE_BYTES.get(chr(kind), 0) for kind in range(256))
"""Bytes of a message by its type; 0 where ITCH 5.0 has no such type."""
END_OF_FILE: Final = bytes(PREFIX_BYTES)
"""What may end a file of messages after their lengths."""

_CHAIN_MESSAGES: Final = 8
_CHAIN_BYTES: Final = _CHAIN_MESSAGES * (PREFIX_BYTES + max(LENGTHS))
# From a message to the one after it. An unknown type leads out of any content.
_OUT: Final = 2**40
_STEPS: Final = tuple(PREFIX_BYTES + length if length else _OUT for length in LENGTHS)
_LENGTH_OF: Final = np.array(LENGTHS, np.uint8)
# Damage is mostly short, so what follows is looked through in windows that grow.
_WINDOWS: Final = (4096, 65_536, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Run:
    """Whole messages that follow each other."""

    starts: "npt.NDArray[np.int64]"
    """Where each of them begins, at its prefix."""
    stop: int
    """Where the last one ends."""
    sound: bool
    """Whether what begins there may be another message, of which there is only a part yet."""


def whole_messages(content: bytes, start: int, *, zero_prefixed: bool) -> Run:
    """The messages from `start` on, up to the first that is none or is not whole."""
    starts: list[int] = []
    append, steps = starts.append, _STEPS
    position = start
    last = len(content) - PREFIX_BYTES
    while position < last:
        append(position)
        position += steps[content[position + PREFIX_BYTES]]
    found = np.array(starts, np.int64)
    octets = np.frombuffer(content, np.uint8)
    expected = _LENGTH_OF[octets[found + PREFIX_BYTES]]
    prefixes = octets[found] * np.uint16(256) + octets[found + 1]
    good = (expected > 0) & (prefixes == (0 if zero_prefixed else expected))
    if not good.all():
        first_bad = int(np.argmin(good))
        return Run(found[:first_bad], starts[first_bad], sound=False)
    if position > len(content):
        position = starts[-1]
        found = found[:-1]
    return Run(found, position, sound=True)


def next_messages(
    content: bytes, start: int, *, zero_prefixed: bool, at_end: bool
) -> tuple[int, bool]:
    """Where messages go on at or after `start`: eight in a row, or as many as end the file.

    Args:
        content: What there is of the file.
        start: Where the search begins.
        zero_prefixed: Whether the file has a prefix of zero before every message.
        at_end: Whether the file ends where the content does.

    Returns:
        The place, and whether they do; otherwise it is the first of which that is not known yet.
    """
    known = len(content) if at_end else max(start, len(content) - _CHAIN_BYTES)
    octets = np.frombuffer(content, np.uint8)
    for window in _WINDOWS:
        stop = min(known, start + window, len(content) - PREFIX_BYTES)
        if stop <= start:
            break
        kinds = _LENGTH_OF[octets[start + PREFIX_BYTES : stop + PREFIX_BYTES]]
        second = octets[start + 1 : stop + 1]
        likely = (kinds > 0) & (octets[start:stop] == 0)
        likely &= second == (0 if zero_prefixed else kinds)
        for offset in np.flatnonzero(likely).tolist():
            if _goes_on(content, start + offset, zero_prefixed=zero_prefixed):
                return start + offset, True
        start = stop
    return known, False


def _goes_on(content: bytes, position: int, *, zero_prefixed: bool) -> bool:
    for _ in range(_CHAIN_MESSAGES):
        kind = content[position + PREFIX_BYTES : position + PREFIX_BYTES + 1]
        if not kind:
            return content[position:] in (b"", END_OF_FILE)
        length = LENGTHS[kind[0]]
        prefix = int.from_bytes(content[position : position + PREFIX_BYTES], "big")
        if not length or prefix != (0 if zero_prefixed else length):
            return False
        position += PREFIX_BYTES + length
    return position <= len(content)
