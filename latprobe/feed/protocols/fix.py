"""FIX tag=value messages: kind by tag 35, number by tag 34, event time by tag 60, else 52.

Sources: FIX 4.4 and FIXT 1.1, "Standard Message Header" and "Trailer": body length (tag 9) counts
the bytes after its own SOH, up to and with the SOH before tag 10; the checksum (tag 10) is the sum
of all bytes before its own field, modulo 256, in three digits. A series of numbers is a session:
what one sender (tag 49) sends to one target (tag 56) on one channel.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.messages import Block
from latprobe.feed.protocols.binary import filled
from latprobe.feed.protocols.fix_fields import FixFields, Values
from latprobe.feed.protocols.fix_patch import restamp, wrong_checksum
from latprobe.feed.protocols.fix_time import times_ns
from latprobe.feed.protocols.protocol import (
    NO_SERIES,
    NO_TIME,
    UNKNOWN_KIND,
    Headers,
    Kinds,
    Protocol,
    Sequences,
)

if TYPE_CHECKING:
    import numpy.typing as npt

_MESSAGE_TYPE, _NUMBER, _SENDER, _TARGET = 35, 34, 49, 56
_TRANSACT_TIME, _SENDING_TIME = 60, 52
_BODY_LENGTH, _CHECKSUM = 9, 10
_MODULUS: Final = 256
_CHECKSUM_DIGITS: Final = 3
_LONGEST_TEXT: Final = 64

NAMES: Final = {
    "0": "heartbeat",
    "1": "test request",
    "2": "resend request",
    "3": "reject",
    "4": "sequence reset",
    "5": "logout",
    "8": "execution report",
    "9": "order cancel reject",
    "A": "logon",
    "D": "new order",
    "F": "order cancel request",
    "G": "order replace request",
    "R": "quote request",
    "S": "quote",
    "V": "market data request",
    "W": "market data snapshot",
    "X": "market data incremental",
    "Y": "market data reject",
    "d": "security definition",
    "f": "security status",
    "h": "trading session status",
    "j": "business reject",
}
"""What message types (tag 35) are called, where they are usual."""


def _headers(block: Block) -> Headers:
    fields = FixFields(block)
    count = len(block)
    checksum = fields.values(_CHECKSUM)
    return Headers(
        kinds=_kinds(block, fields),
        event_ns=_event_ns(fields, count),
        sequences=_sequences(block, fields),
        wrong_length=_wrong_length(fields, checksum, count),
        wrong_checksum=_wrong_checksum(block, fields, checksum),
    )


def _texts(block: Block, values: Values) -> list[str]:
    content = block.payload
    return [
        bytes(content[start : min(stop, start + _LONGEST_TEXT)]).decode("latin-1")
        for start, stop in zip(values.starts.tolist(), values.stops.tolist(), strict=True)
    ]


def _kinds(block: Block, fields: FixFields) -> Kinds:
    values = fields.values(_MESSAGE_TYPE)
    numbers = {UNKNOWN_KIND: 0}
    indices = np.zeros(len(block), np.int32)
    indices[values.rows] = [
        numbers.setdefault(text or UNKNOWN_KIND, len(numbers)) for text in _texts(block, values)
    ]
    named = (f"{text} {NAMES[text]}" if text in NAMES else text for text in numbers)
    return Kinds(indices, tuple(named))


def _event_ns(fields: FixFields, count: int) -> "npt.NDArray[np.int64]":
    event_ns = np.full(count, NO_TIME, np.int64)
    # The later one prevails where a message has both.
    for tag in (_SENDING_TIME, _TRANSACT_TIME):
        values = fields.values(tag)
        found = times_ns(fields, values.starts, values.stops)
        known = found != NO_TIME
        event_ns[values.rows[known]] = found[known]
    return event_ns


def _sequences(block: Block, fields: FixFields) -> Sequences:
    count = len(block)
    values = fields.values(_NUMBER)
    numbers, right = fields.integers(values.starts, values.stops)
    parties = [""] * count
    for tag, joint in ((_SENDER, ""), (_TARGET, " → ")):
        party = fields.values(tag)
        for row, text in zip(party.rows.tolist(), _texts(block, party), strict=True):
            parties[row] += joint + text
    names: dict[str, int] = {}
    series = np.full(count, NO_SERIES, np.int32)
    rows = values.rows[right]
    series[rows] = [names.setdefault(parties[row], len(names)) for row in rows.tolist()]
    whole = filled(rows, numbers[right], count, 0)
    return Sequences(series, tuple(names), (True,) * len(names), whole, whole)


def _wrong_length(fields: FixFields, checksum: Values, count: int) -> "npt.NDArray[np.bool_]":
    values = fields.values(_BODY_LENGTH)
    stated, right = fields.integers(values.starts, values.stops)
    lengths = filled(values.rows, np.where(right, stated, -1), count, -1)
    begins = filled(values.rows, values.stops + 1, count, 0)
    ends = filled(checksum.rows, checksum.starts - len("10="), count, -1)
    return (lengths < 0) | (ends < 0) | (ends - begins != lengths)


def _wrong_checksum(
    block: Block, fields: FixFields, checksum: Values
) -> "npt.NDArray[np.bool_]":
    wrong = np.ones(len(block), np.bool_)
    rows = checksum.rows
    if not len(rows):
        return wrong
    stated, right = fields.integers(checksum.starts, checksum.stops)
    right &= checksum.stops - checksum.starts == _CHECKSUM_DIGITS
    begins, ends = block.offsets[rows], checksum.starts - len("10=")
    bounds = np.stack([begins, ends], axis=1).ravel()
    sums = np.add.reduceat(fields.content, bounds, dtype=np.uint64)[::2].astype(np.int64)
    sums[ends <= begins] = 0
    wrong[rows] = ~right | (sums % _MODULUS != stated)
    return wrong


FIX: Final = Protocol(
    name="fix", headers=_headers, wrong_checksum=wrong_checksum, restamp=restamp
)
