"""Moments as logs and tables write them, to nanoseconds since 1970 (UTC), in exact arithmetic."""

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from latprobe.feed.importers.times import (
    NANOSECONDS_PER_SECOND,
    nanoseconds_from_datetime,
    nanoseconds_from_text,
)

_FRACTION_DIGITS: Final = 9
_LAST_SECOND: Final = 60  # of a leap second
_DATE: Final = rb"(\d{4})-?(\d\d)-?(\d\d)"
_CLOCK: Final = rb"(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?"
_ZONE: Final = rb" ?(Z|UTC|[+-]\d\d:?\d\d)?"
CALENDAR_TIME: Final = re.compile(_DATE + rb"[T -]" + _CLOCK + _ZONE)
"""`2024-01-02T15:00:00.250Z`, `2024-01-02 15:00:00,250+01:00`, `20240102-15:00:00.250`: any
fraction, which is cut to nanoseconds; UTC where no offset is written."""
EPOCH_TIME: Final = re.compile(rb"(?<![\w.,:-])\d{10,19}(?:\.\d{1,12})?(?![\w.,:-]*\w)")
"""Seconds, ms, µs or ns since 1970, alone between other words; from ten digits on, so that it is no
number of a thread."""


def nanoseconds_from_moment(text: bytes) -> int | None:
    """Nanoseconds of a calendar time, or of a number whose unit its magnitude tells.

    `None` if it is neither, or does not fit int64.
    """
    number = nanoseconds_from_text(text)
    if number is not None:
        return number
    found = CALENDAR_TIME.fullmatch(text)
    return nanoseconds_from_calendar(found) if found else None


def nanoseconds_from_calendar(found: "re.Match[bytes]") -> int | None:
    """Nanoseconds of what `CALENDAR_TIME` found; `None` if there is no such day or time."""
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    midnight_ns = midnight_of(year + month + day)
    clock_ns = clock_of(hour, minute, second, fraction)
    if midnight_ns is None or clock_ns is None:
        return None
    return midnight_ns + clock_ns - _offset_ns(zone)


@lru_cache(maxsize=64)
def midnight_of(day: bytes) -> int | None:
    """Nanoseconds from 1970 to the start of `YYYYMMDD`; `None` if there is no such day in int64."""
    year = int(day[:4])
    if not 1678 <= year <= 2261:  # noqa: PLR2004 (what nanoseconds in int64 reach)
        return None
    try:
        moment = datetime(year, int(day[4:6]), int(day[6:]), tzinfo=UTC)
    except ValueError:
        return None
    return nanoseconds_from_datetime(moment)


def clock_of(hour: bytes, minute: bytes, second: bytes, fraction: bytes | None) -> int | None:
    """Nanoseconds since midnight; `None` if there is no such time of day."""
    if int(hour) > 23 or int(minute) > 59 or int(second) > _LAST_SECOND:  # noqa: PLR2004
        return None
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
    digits = (fraction or b"")[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, b"0")
    return seconds * NANOSECONDS_PER_SECOND + int(digits)


def _offset_ns(zone: bytes | None) -> int:
    if zone is None or zone in (b"Z", b"UTC"):
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return (-minutes if zone.startswith(b"-") else minutes) * 60 * NANOSECONDS_PER_SECOND


def nanoseconds_from_value(value: object) -> int | None:
    """Nanoseconds of a number, or of text, out of a structured message; `None` if it is no time.

    A float is taken for exactly what it is, and cut to nanoseconds.
    """
    match value:
        case bool():
            return None
        case int() if value >= 0:
            return nanoseconds_from_text(b"%d" % value)
        case float() if math.isfinite(value):
            return nanoseconds_from_text(format(Decimal(value), "f").encode())
        case str():
            return nanoseconds_from_moment(value.encode())
        case _:
            return None
