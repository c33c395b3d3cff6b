"""Databento DBN, market by order: kind by action, times in the record, the venue's numbers.

Source: Databento, "DBN encoding", `RecordHeader` and `MboMsg`, little endian: length in words of 4
bytes (uint8), record type (uint8 at 1, 160), publisher (uint16 at 2), instrument (uint32 at 4),
event time (uint64 at 8, ns since 1970), …, flags (uint8 at 36), channel, action (char at 38),
side, …, sequence (uint32 at 52); 56 bytes.

The venue's number is that of a packet, which several records share and which others may have been
left out of, so it can only be known to fall. A series is an instrument of a publisher. Records of
a snapshot (flag 32) have the time and number of when their orders came, and so count as without.
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
    "A": "add",
    "C": "cancel",
    "M": "modify",
    "R": "clear book",
    "T": "trade",
    "F": "fill",
    "N": "none",
}
_NAME_OF: Final = lettered(NAMES)
_RECORD_BYTES: Final = 56
_WORD_BYTES: Final = 4
_MBO: Final = 160
_PUBLISHER_AT, _INSTRUMENT_AT, _TIME_AT, _FLAGS_AT, _ACTION_AT, _NUMBER_AT = 2, 4, 8, 36, 38, 52
_SNAPSHOT: Final = 32
_NO_TIMESTAMP: Final = -1
"""Databento's mark of a time that is not known (all bits set), as a signed integer."""


def _headers(block: Block) -> Headers:
    content, starts, sizes = payload_bytes(block), block.offsets[:-1], block.sizes
    count = len(block)
    rows = np.flatnonzero(sizes >= _RECORD_BYTES)
    rows = rows[content[starts[rows] + 1] == _MBO]
    at = starts[rows]
    event_ns = little_endian(content, at + _TIME_AT, 8)
    snapshot = content[at + _FLAGS_AT] & _SNAPSHOT != 0
    owner = little_endian(content, at + _PUBLISHER_AT, 2) << 32
    owner |= little_endian(content, at + _INSTRUMENT_AT, 4)
    owners, series = np.unique(owner, return_inverse=True)
    numbers = filled(rows, little_endian(content, at + _NUMBER_AT, 4), count, 0)
    wrong = np.ones(count, np.bool_)
    some = np.flatnonzero(sizes > 0)
    wrong[some] = content[starts[some]].astype(np.int64) * _WORD_BYTES != sizes[some]
    names = tuple(f"publisher {it >> 32} instrument {it & 0xFFFFFFFF}" for it in owners.tolist())
    return Headers(
        kinds=letter_kinds(rows, content[at + _ACTION_AT].astype(np.int64), count, _NAME_OF),
        event_ns=filled(
            rows,
            np.where(snapshot | (event_ns == _NO_TIMESTAMP), NO_TIME, event_ns),
            count,
            NO_TIME,
        ),
        sequences=Sequences(
            filled(rows, np.where(snapshot, NO_SERIES, series), count, NO_SERIES).astype(np.int32),
            names,
            (False,) * len(names),
            numbers,
            numbers,
        ),
        wrong_length=wrong,
        wrong_checksum=None,
    )


def _restamp(payload: bytes, recv_ns: int, by_ns: int) -> Restamped | None:
    del recv_ns
    if len(payload) < _RECORD_BYTES or payload[1] != _MBO:
        return None
    before = payload[_TIME_AT : _TIME_AT + 8]
    time = int.from_bytes(before, "little", signed=True)
    if time == _NO_TIMESTAMP or not 0 <= time + by_ns < 2**63:
        return None
    patch = Patch(_TIME_AT, before, (time + by_ns).to_bytes(8, "little"))
    return Restamped((patch,), time, time + by_ns)


DBN_MBO: Final = Protocol(name="dbn-mbo", headers=_headers, restamp=_restamp)
