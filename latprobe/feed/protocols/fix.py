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


def _kinds(block: Block, fields: FixFields) -> Kinds:
    values = fields.values(_MESSAGE_TYPE)
    found, texts = fields.texts(values)
    indices = np.full(len(block), len(texts), np.int32)
    indices[values.rows] = found
    named = (f"{text} {NAMES[text]}" if text in NAMES else text or UNKNOWN_KIND for text in texts)
    return Kinds(indices, (*named, UNKNOWN_KIND))


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
    sender, senders = _party(fields, _SENDER, count)
    target, targets = _party(fields, _TARGET, count)
    rows = values.rows[right]
    sessions = np.full(count, NO_SERIES, np.int64)
    sessions[rows] = sender[rows] * len(targets) + target[rows]
    distinct, series = np.unique(sessions, return_inverse=True)
    named = [divmod(it, len(targets)) for it in distinct.tolist() if it != NO_SERIES]
    names = tuple(" → ".join(filter(None, (senders[a], targets[b]))) for a, b in named)
    whole = filled(rows, numbers[right], count, 0)
    return Sequences(
        # Those without a number come first, where there are any.
        (series - (len(distinct) - len(names))).astype(np.int32),
        names,
        (True,) * len(names),
        whole,
        whole,
    )


def _party(fields: FixFields, tag: int, count: int) -> "tuple[npt.NDArray[np.int64], list[str]]":
    """Who sends or receives each message, by number; the last, without a name, is not stated."""
    values = fields.values(tag)
    found, names = fields.texts(values)
    return filled(values.rows, found.astype(np.int64), count, len(names)), [*names, ""]


def _wrong_length(fields: FixFields, checksum: Values, count: int) -> "npt.NDArray[np.bool_]":
    values = fields.values(_BODY_LENGTH)
    stated, right = fields.integers(values.starts, values.stops)
    lengths = filled(values.rows, np.where(right, stated, -1), count, -1)
    begins = filled(values.rows, values.stops + 1, count, 0)
    ends = filled(checksum.rows, checksum.starts - len("10="), count, -1)
    wrong: npt.NDArray[np.bool_] = (lengths < 0) | (ends < 0) | (ends - begins != lengths)
    return wrong


def _wrong_checksum(block: Block, fields: FixFields, checksum: Values) -> "npt.NDArray[np.bool_]":
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


FIX: Final = Protocol(name="fix", headers=_headers, wrong_checksum=wrong_checksum, restamp=restamp)
