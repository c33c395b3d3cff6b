"""Times as FIX writes them, many at once, and one in the place of another.

`20130714-18:02:12` with up to nine digits of a fraction (UTCTimestamp), or CME's `20130714180212`
with the fraction's digits right behind; always UTC.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.protocols.fix_fields import FixFields
from latprobe.feed.protocols.protocol import NO_TIME

if TYPE_CHECKING:
    import numpy.typing as npt

_DAY_DIGITS: Final = 8
_FRACTION_DIGITS: Final = 9
_PLAIN_BYTES: Final = len("20130714180212")
_PARTED_BYTES: Final = len("20130714-18:02:12")
_SECOND_NS: Final = 10**9
_DAY_NS: Final = 86_400 * _SECOND_NS
# Where hour, minute and second begin, in the two ways of writing.
_PLAIN_PARTS: Final = (8, 10, 12)
_PARTED_PARTS: Final = (9, 12, 15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def times_ns(
    fields: FixFields, starts: "npt.NDArray[np.int64]", stops: "npt.NDArray[np.int64]"
) -> "npt.NDArray[np.int64]":
    """Nanoseconds since 1970 of the times there; `NO_TIME` of what is no time."""
    parted = (stops - starts > _DAY_DIGITS) & (
        fields.content[np.minimum(starts + _DAY_DIGITS, len(fields.content) - 1)] == ord("-")
    )
    days, right = fields.integers(starts, np.minimum(starts + _DAY_DIGITS, stops))
    total = np.zeros(len(starts), np.int64)
    for plain_at, parted_at, size, limit in zip(
        _PLAIN_PARTS, _PARTED_PARTS, (3600, 60, 1), (24, 60, 61), strict=True
    ):
        at = starts + np.where(parted, parted_at, plain_at)
        part, known = fields.integers(at, np.minimum(at + 2, stops))
        right &= known & (part < limit) & (at + 2 <= stops)
        total += part * size * _SECOND_NS
    fraction_at = starts + np.where(parted, _PARTED_BYTES + 1, _PLAIN_BYTES)
    fraction_stop = np.minimum(stops, fraction_at + _FRACTION_DIGITS)
    digits = np.maximum(fraction_stop - fraction_at, 0)
    fraction, known = fields.integers(fraction_at, fraction_stop)
    right &= known | (digits == 0)
    total += np.where(digits > 0, fraction * 10 ** (_FRACTION_DIGITS - digits), 0)
    distinct, places = np.unique(np.where(right, days, 0), return_inverse=True)
    midnights = np.array([_midnight_ns(day) for day in distinct.tolist()], np.int64)[places]
    return np.where(right & (midnights != NO_TIME), midnights + total, NO_TIME)


def time_like(text: bytes, time_ns: int) -> bytes:
    """A time written as `text` writes one, cut to as many digits."""
    seconds, fraction = divmod(time_ns, _SECOND_NS)
    moment = _EPOCH + timedelta(seconds=seconds)
    digits = b"%09d" % fraction
    if text[_DAY_DIGITS : _DAY_DIGITS + 1] == b"-":
        written = moment.strftime("%Y%m%d-%H:%M:%S").encode()
        return (written + b"." + digits + b"000")[: len(text)]
    return (moment.strftime("%Y%m%d%H%M%S").encode() + digits)[: len(text)]


def _midnight_ns(day: int) -> int:
    try:
        moment = datetime(day // 10_000, day // 100 % 100, day % 100, tzinfo=UTC)
    except ValueError:
        return NO_TIME
    since = (moment - _EPOCH).days * _DAY_NS
    # Some years of four digits are out of the reach of 64 bits of nanoseconds.
    return since if abs(since) < 2**63 - _DAY_NS else NO_TIME
