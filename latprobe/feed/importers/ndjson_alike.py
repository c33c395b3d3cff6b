"""Lines of `<time> <frame>` that are all alike, at once: what nearly every recording consists of.

Alike are lines whose times have the same number of digits and no fraction, one blank after each,
and no blank around any frame. Their times are read as a matrix of digits, and their frames are
checked by one call of the JSON decoder. The answer is the same as that of a line at a time.
"""

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from latprobe.feed.importers.times import nanoseconds_from_number
from latprobe.feed.messages import Block, PlainChannels

if TYPE_CHECKING:
    import numpy.typing as npt

CHANNEL_WITHOUT_STREAM: Final = "json"
_LINE_FEED: Final = 0x0A
_BLANK: Final = 0x20
_ZERO: Final = 0x30
# Of 19 digits, some are more than int64 holds.
_DIGITS_LIMIT: Final = 19
_LARGEST: Final = 2**63 - 1


class Streamed(msgspec.Struct, gc=False):
    """The part of a frame that says where it came from."""

    stream: str = CHANNEL_WITHOUT_STREAM


_decode_lines = msgspec.json.Decoder(Streamed | list[msgspec.Raw]).decode_lines


def alike_block(offset: int, content: bytes) -> Block | None:
    """Some lines as messages; `None` if they are not alike, or one of them is bad.

    Args:
        offset: Of the content in that of the recording.
        content: The lines, with a line feed between any two.
    """
    digits = content.find(b" ")
    if not 0 < digits <= _DIGITS_LIMIT:
        return None
    octets = np.frombuffer(content, np.uint8)
    ends = np.append(np.flatnonzero(octets == _LINE_FEED), len(octets))
    starts = np.append(0, ends[:-1] + 1)
    frames = starts + digits + 1
    if (frames >= ends).any():
        return None
    if not _are_brackets(octets, frames, b"{[") or not _are_brackets(octets, ends - 1, b"}]"):
        return None
    recv_ns = _times(octets, starts, digits)
    if recv_ns is None:
        return None
    is_frame = np.ones(len(octets), np.bool_)
    is_frame[ends[:-1]] = False
    for column in range(digits + 1):
        is_frame[starts + column] = False
    decoded = _frames(octets, is_frame)
    # The decoder takes two frames on one line for two lines. One frame on two lines is none: there
    # is no comma between a bracket at the end of a line and one at the beginning of the next.
    if decoded is None or len(decoded) != len(starts):
        return None
    numbers: dict[str, int] = {}
    channels = [it.stream if type(it) is Streamed else CHANNEL_WITHOUT_STREAM for it in decoded]
    indices = [numbers.setdefault(channel, len(numbers)) for channel in channels]
    return Block(
        recv_ns=recv_ns,
        channels=PlainChannels(np.array(indices, np.int32), tuple(numbers)),
        offsets=np.append(0, np.cumsum(ends - frames)),
        payload=octets[is_frame].data,
        places=starts + offset,
    )


def _are_brackets(
    octets: "npt.NDArray[np.uint8]", places: "npt.NDArray[np.int64]", brackets: bytes
) -> bool:
    found = octets[places]
    return bool(((found == brackets[0]) | (found == brackets[1])).all())


def _times(
    octets: "npt.NDArray[np.uint8]", starts: "npt.NDArray[np.int64]", digits: int
) -> "npt.NDArray[np.int64] | None":
    """Times in nanoseconds; `None` if one has other than so many digits, or is too large."""
    if not (octets[starts + digits] == _BLANK).all():
        return None
    times = np.zeros(len(starts), np.uint64)
    for column in range(digits):
        digit = octets[starts + column] - np.uint8(_ZERO)
        if (digit > 9).any():  # noqa: PLR2004
            return None
        times = times * np.uint64(10) + digit
    # The unit follows from the magnitude, and may differ between the least and the largest.
    least, largest = int(times.min()), int(times.max())
    unit_ns = nanoseconds_from_number(least) // least if least else None
    if unit_ns is None or nanoseconds_from_number(largest) != largest * unit_ns:
        return None
    return (times * np.uint64(unit_ns)).astype(np.int64) if largest * unit_ns <= _LARGEST else None


def _frames(
    octets: "npt.NDArray[np.uint8]", is_frame: "npt.NDArray[np.bool_]"
) -> "list[Streamed | list[msgspec.Raw]] | None":
    """All frames, decoded as far as their channels; `None` if one is not JSON as a whole."""
    frames = octets.copy()
    frames[~is_frame & (octets != _LINE_FEED)] = _BLANK
    try:
        return _decode_lines(frames.data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
