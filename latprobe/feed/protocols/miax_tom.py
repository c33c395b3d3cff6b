"""MIAX Top of Market: kind by the message's first byte, number in the MACH packet.

Sources: MIAX, "Top of Market (ToM) Feed" and "MIAX Multicast (MACH) Protocol": a packet is its
number (uint64), length (uint16, header included), type and session (uint8 each), then an
application message when its type is 3; all little endian. Numbers follow each other on a line.
A message has its nanoseconds within the second (uint32 at 1); the second is in system time
messages (`1`), and is taken here to be the one nearest to the receive time: so a lag is always
within half a second.

A payload may be a datagram of packets, or one message. A datagram has the kind of its first
message, and the numbers of its first packet to its last. A message alone has no number, nor has a
heartbeat, whose packet shows one without using it up.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.messages import Block
from latprobe.feed.protocols.binary import (
    filled,
    letter_kinds,
    lettered,
    little_endian,
    payload_bytes,
)
from latprobe.feed.protocols.protocol import (
    NO_SERIES,
    NO_TIME,
    Headers,
    Protocol,
    Sequences,
)

if TYPE_CHECKING:
    import numpy.typing as npt

NAMES: Final = {
    "1": "system time",
    "P": "series update",
    "S": "system state",
    "B": "best bid",
    "O": "best offer",
    "W": "best bid wide",
    "A": "best offer wide",
    "d": "double sided",
    "D": "double sided wide",
    "T": "last sale",
    "X": "trade cancel",
    "H": "underlying trading status",
}
_HEARTBEAT: Final = 0
_NAME_OF: Final = {**lettered(NAMES), _HEARTBEAT: "heartbeat"}
_HEADER_BYTES: Final = 12
_LENGTH_AT, _TYPE_AT = 8, 10
_PACKET_TYPES: Final = 4
_APPLICATION: Final = 3
_SYSTEM_TIME: Final = ord("1")
_TIME_AT: Final = 1
_TIME_BYTES: Final = 4
_SECOND_NS: Final = 10**9


def _headers(block: Block) -> Headers:
    content, starts, sizes = payload_bytes(block), block.offsets[:-1], block.sizes
    count = len(block)
    last, packed = _last_packets(content, starts, sizes)
    packets, alone = np.flatnonzero(packed), np.flatnonzero(~packed & (sizes > 0))
    at = np.where(packed, starts + _HEADER_BYTES, starts)
    letters = np.full(count, _HEARTBEAT, np.int64)
    spoken = np.flatnonzero(at < starts + sizes)
    letters[spoken] = content[at[spoken]]
    timed = np.flatnonzero(at + _TIME_AT + _TIME_BYTES <= starts + sizes)
    values = little_endian(content, at[timed] + _TIME_AT, _TIME_BYTES)
    seconds = (block.recv_ns[timed] - values + _SECOND_NS // 2) // _SECOND_NS
    within = np.where(values < _SECOND_NS, seconds * _SECOND_NS + values, NO_TIME)
    times = np.where(letters[timed] == _SYSTEM_TIME, NO_TIME, within)
    known = np.union1d(packets, alone)
    # Heartbeats and the like show a number and do not use it up.
    applied = content[starts[packets] + _TYPE_AT] == _APPLICATION
    numbers = filled(packets, np.where(applied, 0, NO_SERIES), count, NO_SERIES)
    first = little_endian(content, starts[packets], 8)
    return Headers(
        kinds=letter_kinds(known, letters[known], count, _NAME_OF),
        event_ns=filled(timed, times, count, NO_TIME),
        sequences=Sequences(
            numbers.astype(np.int32),
            ("packets",),
            (True,),
            filled(packets, first, count, 0),
            filled(packets, little_endian(content, last[packets], 8), count, 0),
        ),
        wrong_length=None,
        wrong_checksum=None,
    )


def _last_packets(
    content: "npt.NDArray[np.uint8]",
    starts: "npt.NDArray[np.int64]",
    sizes: "npt.NDArray[np.int64]",
) -> "tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]":
    """Where the last packet of each payload begins, and whether it is packets to its end."""
    stops = starts + sizes
    last, position = starts.copy(), starts.copy()
    left = np.flatnonzero(sizes >= _HEADER_BYTES)
    packed = np.zeros(len(starts), np.bool_)
    while len(left):
        here = position[left]
        lengths = little_endian(content, here + _LENGTH_AT, 2)
        right = (lengths >= _HEADER_BYTES) & (here + lengths <= stops[left])
        right &= content[here + _TYPE_AT] < _PACKET_TYPES
        left, here, lengths = left[right], here[right], lengths[right]
        last[left] = here
        position[left] = here + lengths
        packed[left[position[left] == stops[left]]] = True
        left = left[position[left] + _HEADER_BYTES <= stops[left]]
    return last, packed


MIAX_TOM: Final = Protocol(name="miax-tom", headers=_headers)
