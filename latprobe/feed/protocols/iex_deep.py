"""IEX DEEP 1.0: kind by the first byte, time in the message, numbers in IEX-TP segments.

Sources: IEX Group, "DEEP Specification" and "IEX Transport Specification". A segment of IEX-TP 1
has a header of 40 bytes: version, protocol (uint16 at 2), channel, session, payload length (uint16
at 12), message count (uint16 at 14), stream offset, number of the first message (int64 at 24),
send time (int64 at 32, ns since 1970); then messages, each after its length (uint16). A message
has its time at 2 (int64). All little endian. Numbers count messages, on each channel.

A payload may be a segment, or one message. A segment has the kind of its first message and the
numbers of all; one without messages is a heartbeat and has none. A message alone has no number.
"""

from typing import Final

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
    Patch,
    Protocol,
    Restamped,
    Sequences,
)

NAMES: Final = {
    "S": "system event",
    "D": "security directory",
    "H": "trading status",
    "O": "operational halt",
    "P": "short sale price test",
    "E": "security event",
    "8": "price level buy",
    "5": "price level sell",
    "T": "trade report",
    "X": "official price",
    "B": "trade break",
    "A": "auction information",
}
_HEARTBEAT: Final = 0
_NAME_OF: Final = {**lettered(NAMES), _HEARTBEAT: "heartbeat"}
_SEGMENT_BYTES: Final = 40
_VERSION: Final = 1
_DEEP: Final = 0x8004
_PROTOCOL_AT, _LENGTH_AT, _COUNT_AT, _NUMBER_AT, _SEND_TIME_AT = 2, 12, 14, 24, 32
_FIRST_MESSAGE_AT: Final = _SEGMENT_BYTES + 2
_TIME_AT: Final = 2
_TIME_BYTES: Final = 8
_TIME_END: Final = _TIME_AT + _TIME_BYTES


def _headers(block: Block) -> Headers:
    content, starts, sizes = payload_bytes(block), block.offsets[:-1], block.sizes
    count = len(block)
    segment = np.zeros(count, np.bool_)
    rows = np.flatnonzero(sizes >= _SEGMENT_BYTES)
    segment[rows] = (content[starts[rows]] == _VERSION) & (
        little_endian(content, starts[rows] + _PROTOCOL_AT, 2) == _DEEP
    )
    segments, alone = np.flatnonzero(segment), np.flatnonzero(~segment & (sizes > 0))
    letters = np.full(count, _HEARTBEAT, np.int64)
    letters[alone] = content[starts[alone]]
    full = segments[sizes[segments] > _FIRST_MESSAGE_AT]
    letters[full] = content[starts[full] + _FIRST_MESSAGE_AT]
    event_ns = np.full(count, NO_TIME, np.int64)
    event_ns[segments] = little_endian(content, starts[segments] + _SEND_TIME_AT, _TIME_BYTES)
    timed = alone[sizes[alone] >= _TIME_END]
    event_ns[timed] = little_endian(content, starts[timed] + _TIME_AT, _TIME_BYTES)
    messages = little_endian(content, starts[segments] + _COUNT_AT, 2)
    first = little_endian(content, starts[segments] + _NUMBER_AT, _TIME_BYTES)
    series = filled(segments, np.where(messages > 0, 0, NO_SERIES), count, NO_SERIES)
    wrong = np.zeros(count, np.bool_)
    stated = little_endian(content, starts[segments] + _LENGTH_AT, 2)
    wrong[segments] = stated + _SEGMENT_BYTES != sizes[segments]
    known = np.flatnonzero(sizes > 0)
    return Headers(
        kinds=letter_kinds(known, letters[known], count, _NAME_OF),
        event_ns=event_ns,
        sequences=Sequences(
            series.astype(np.int32),
            ("messages",),
            (True,),
            filled(segments, first, count, 0),
            filled(segments, first + messages - 1, count, 0),
        ),
        wrong_length=wrong,
        wrong_checksum=None,
    )


def _restamp(payload: bytes, recv_ns: int, by_ns: int) -> Restamped | None:
    """Moves the send time of a segment, or the time of a message."""
    del recv_ns
    is_segment = (
        len(payload) >= _SEGMENT_BYTES
        and payload[0] == _VERSION
        and int.from_bytes(payload[_PROTOCOL_AT : _PROTOCOL_AT + 2], "little") == _DEEP
    )
    at = _SEND_TIME_AT if is_segment else _TIME_AT
    before = payload[at : at + _TIME_BYTES]
    if len(before) < _TIME_BYTES:
        return None
    time = int.from_bytes(before, "little", signed=True)
    if not 0 <= time + by_ns < 2**63:
        return None
    patch = Patch(at, before, (time + by_ns).to_bytes(_TIME_BYTES, "little", signed=True))
    return Restamped((patch,), time, time + by_ns)


IEX_DEEP: Final = Protocol(name="iex-deep", headers=_headers, restamp=_restamp)
