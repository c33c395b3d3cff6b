"""Nasdaq ITCH 5.0: kind by the first byte, time since midnight, no sequence number.

Source: Nasdaq TotalView-ITCH 5.0 specification, section 4 ("Message Formats"). Numbers are in the
transport (MoldUDP64, SoupBinTCP), not in the messages.

A message counts from a midnight that it does not name. It is taken to be the one that puts the
event nearest to the receive time, among moments 15 minutes apart, as the offsets of time zones
are: so a lag is always within 7.5 minutes.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.importers.itch50_lengths import MESSAGE_BYTES
from latprobe.feed.messages import Block
from latprobe.feed.protocols.binary import (
    big_endian,
    filled,
    letter_kinds,
    lettered,
    payload_bytes,
)
from latprobe.feed.protocols.protocol import NO_TIME, Headers, Patch, Protocol, Restamped

if TYPE_CHECKING:
    import numpy.typing as npt

NAMES: Final = {
    "S": "system event",
    "R": "stock directory",
    "H": "trading action",
    "Y": "Reg SHO restriction",
    "L": "participant position",
    "V": "MWCB decline level",
    "W": "MWCB status",
    "K": "IPO quoting period",
    "J": "LULD auction collar",
    "h": "operational halt",
    "A": "add order",
    "F": "add order MPID",
    "E": "order executed",
    "C": "order executed with price",
    "X": "order cancel",
    "D": "order delete",
    "U": "order replace",
    "P": "trade",
    "Q": "cross trade",
    "B": "broken trade",
    "I": "net order imbalance",
    "N": "retail price improvement",
    "O": "direct listing",
}
_NAME_OF: Final = lettered(NAMES)
_LENGTH_OF: Final = np.array([MESSAGE_BYTES.get(chr(code), -1) for code in range(256)], np.int64)
_TIME_AT: Final = 5
_TIME_BYTES: Final = 6
_TIME_END: Final = _TIME_AT + _TIME_BYTES
_MIDNIGHTS_NS: Final = 15 * 60 * 10**9


def _headers(block: Block) -> Headers:
    content, starts, sizes = payload_bytes(block), block.offsets[:-1], block.sizes
    count = len(block)
    rows = np.flatnonzero(sizes > 0)
    letters = content[starts[rows]].astype(np.int64)
    wrong = np.ones(count, np.bool_)
    wrong[rows] = _LENGTH_OF[letters] != sizes[rows]
    timed = np.flatnonzero(sizes >= _TIME_END)
    since = big_endian(content, starts[timed] + _TIME_AT, _TIME_BYTES)
    event_ns = _nearest(since, block.recv_ns[timed])
    return Headers(
        kinds=letter_kinds(rows, letters, count, _NAME_OF),
        event_ns=filled(timed, event_ns, count, NO_TIME),
        sequences=None,
        wrong_length=wrong,
        wrong_checksum=None,
    )


def _nearest(
    since: "npt.NDArray[np.int64]", recv_ns: "npt.NDArray[np.int64]"
) -> "npt.NDArray[np.int64]":
    return since + (recv_ns - since + _MIDNIGHTS_NS // 2) // _MIDNIGHTS_NS * _MIDNIGHTS_NS


def _restamp(payload: bytes, recv_ns: int, by_ns: int) -> Restamped | None:
    if len(payload) < _TIME_END:
        return None
    before = payload[_TIME_AT:_TIME_END]
    since = int.from_bytes(before, "big")
    # There is no time before midnight.
    moved = min(max(since + by_ns, 0), 2 ** (8 * _TIME_BYTES) - 1)
    event_ns = int(_nearest(np.array([since]), np.array([recv_ns]))[0])
    patch = Patch(_TIME_AT, before, moved.to_bytes(_TIME_BYTES, "big"))
    return Restamped((patch,), event_ns, event_ns + moved - since)


ITCH50: Final = Protocol(name="itch50", headers=_headers, restamp=_restamp)
