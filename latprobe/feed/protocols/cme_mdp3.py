"""CME MDP 3.0 in SBE: kind by template, number and sending time of the packet.

Source: CME Group, "MDP 3.0 - SBE Technical Headers" and "- Message Specification": a packet is its
sequence number (uint32) and sending time (uint64, ns since 1970), then messages, each after its
size (uint16, itself included) and with a header of block length, template, schema and version
(uint16 each); all little endian. Numbers follow each other on each multicast group.

A payload may be a packet, or one message with or without its size. A packet has the kind of its
first message. A message alone has no number; its time is its transaction time, where its template
begins with one.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.messages import Block
from latprobe.feed.protocols.binary import filled, little_endian, numbered_kinds, payload_bytes
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
    4: "4 channel reset",
    12: "12 heartbeat",
    15: "15 admin login",
    16: "16 admin logout",
    27: "27 instrument definition future",
    29: "29 instrument definition spread",
    30: "30 security status",
    32: "32 book refresh",
    33: "33 daily statistics",
    34: "34 limits and banding",
    35: "35 session statistics",
    36: "36 trade summary",
    37: "37 volume",
    38: "38 snapshot",
    39: "39 quote request",
    41: "41 instrument definition option",
    42: "42 trade summary",
    43: "43 order book refresh",
    44: "44 snapshot order book",
    46: "46 book refresh",
    47: "47 order book refresh",
    48: "48 trade summary",
    49: "49 daily statistics",
    50: "50 limits and banding",
    51: "51 session statistics",
    52: "52 snapshot",
    53: "53 snapshot order book",
    54: "54 instrument definition future",
    55: "55 instrument definition option",
    56: "56 instrument definition spread",
    57: "57 instrument definition fixed income",
    58: "58 instrument definition repo",
}
"""Templates of schema versions up to 13."""

_TIMED: Final = np.array([30, 32, 33, 34, 35, 36, 37, 39, 42, 43, 46, 47, 48, 49, 50, 51])
"""Templates that begin with their transaction time."""

_SCHEMA: Final = 1
_PACKET_BYTES: Final = 12
_SIZE_BYTES: Final = 2
_HEADER_BYTES: Final = 8
_TEMPLATE_AT: Final = 2
_SCHEMA_AT: Final = 4
_SENDING_TIME_AT: Final = 4


def _headers(block: Block) -> Headers:
    content, starts, sizes = payload_bytes(block), block.offsets[:-1], block.sizes
    count = len(block)
    header_at = np.full(count, -1, np.int64)
    packets = _with_header(content, starts, sizes, _PACKET_BYTES + _SIZE_BYTES)
    packets &= _size_fits(content, starts, sizes, packets, _PACKET_BYTES)
    sized = _with_header(content, starts, sizes, _SIZE_BYTES) & ~packets
    sized &= _size_fits(content, starts, sizes, sized, 0)
    bare = _with_header(content, starts, sizes, 0) & ~packets & ~sized
    header_at[bare], header_at[sized] = 0, _SIZE_BYTES
    header_at[packets] = _PACKET_BYTES + _SIZE_BYTES
    rows = np.flatnonzero(header_at >= 0)
    heads = starts[rows] + header_at[rows]
    templates = little_endian(content, heads + _TEMPLATE_AT, 2)
    event_ns = np.full(count, NO_TIME, np.int64)
    timed = np.isin(templates, _TIMED) & (heads + _HEADER_BYTES + 8 <= starts[rows] + sizes[rows])
    event_ns[rows[timed]] = little_endian(content, heads[timed] + _HEADER_BYTES, 8)
    in_packet = np.flatnonzero(packets)
    event_ns[in_packet] = little_endian(content, starts[in_packet] + _SENDING_TIME_AT, 8)
    numbers = little_endian(content, starts[in_packet], 4)
    whole = filled(in_packet, numbers, count, 0)
    series = filled(in_packet, np.zeros(len(in_packet), np.int64), count, NO_SERIES)
    return Headers(
        kinds=numbered_kinds(rows, templates, count, NAMES, "{} template"),
        event_ns=event_ns,
        sequences=Sequences(series.astype(np.int32), ("packets",), (True,), whole, whole),
        wrong_length=None,
        wrong_checksum=None,
    )


def _with_header(
    content: "npt.NDArray[np.uint8]",
    starts: "npt.NDArray[np.int64]",
    sizes: "npt.NDArray[np.int64]",
    at: int,
) -> "npt.NDArray[np.bool_]":
    """Whether a message of this schema begins there, with its block inside the payload."""
    found = sizes >= at + _HEADER_BYTES
    rows = np.flatnonzero(found)
    heads = starts[rows] + at
    right = little_endian(content, heads + _SCHEMA_AT, 2) == _SCHEMA
    right &= little_endian(content, heads, 2) <= sizes[rows] - at - _HEADER_BYTES
    found[rows] = right
    return found


def _size_fits(
    content: "npt.NDArray[np.uint8]",
    starts: "npt.NDArray[np.int64]",
    sizes: "npt.NDArray[np.int64]",
    candidates: "npt.NDArray[np.bool_]",
    at: int,
) -> "npt.NDArray[np.bool_]":
    """Whether the size of a message stands there: up to the payload's end, or another follows."""
    rows = np.flatnonzero(candidates)
    stated = little_endian(content, starts[rows] + at, 2)
    left = sizes[rows] - at - stated
    # A message alone fills its payload; in a packet, what follows is a message as well.
    right = (stated >= _SIZE_BYTES + _HEADER_BYTES) & (
        (left == 0) | ((at > 0) & (left >= _SIZE_BYTES + _HEADER_BYTES))
    )
    fits = np.zeros(len(sizes), np.bool_)
    fits[rows] = right
    return fits


CME_MDP3: Final = Protocol(name="cme-mdp3-sbe", headers=_headers)
