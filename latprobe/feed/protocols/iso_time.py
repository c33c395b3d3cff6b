"""Moments in ISO 8601, as exchanges write them: to the nanosecond, and with a time zone."""

import re
from datetime import datetime, timedelta
from typing import Final

from latprobe.feed.importers.times import nanoseconds_from_datetime

_FRACTION: Final = re.compile(r"\.(\d{1,18})")
_FRACTION_DIGITS: Final = 9
_SECOND_NS: Final = 10**9
_WHOLE_SECONDS: Final = len("2024-08-08T23:54:15")
_INT64_LIMIT: Final = 2**63


def iso_ns(text: str) -> int:
    """Nanoseconds since 1970 of a moment; 0 of what is none, or has no time zone."""
    fraction = _FRACTION.search(text)
    moment = _moment(text)
    if moment is None or moment.tzinfo is None:
        return 0
    digits = "" if fraction is None else fraction[1][:_FRACTION_DIGITS]
    time_ns = nanoseconds_from_datetime(moment) + int(digits.ljust(_FRACTION_DIGITS, "0"))
    return time_ns if 0 < time_ns < _INT64_LIMIT else 0


def iso_like(text: str, by_ns: int) -> str | None:
    """A moment that is later by nanoseconds, written as `text` is; `None` if that cannot be."""
    fraction, moment = _FRACTION.search(text), _moment(text)
    if moment is None or (fraction is not None and fraction.start() != _WHOLE_SECONDS):
        return None
    digits = "" if fraction is None else fraction[1]
    part = int(digits[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, "0"))
    seconds, part = divmod(part + by_ns, _SECOND_NS)
    try:
        whole = (moment + timedelta(seconds=seconds)).isoformat()[:_WHOLE_SECONDS]
    except OverflowError:
        return None
    written = f"{part:09d}{'0' * len(digits)}"[: len(digits)]
    end = _WHOLE_SECONDS if fraction is None else fraction.end()
    between = text[len("2024-08-08")]
    return whole.replace("T", between) + (f".{written}" if digits else "") + text[end:]


def _moment(text: str) -> datetime | None:
    """Its whole seconds."""
    fraction = _FRACTION.search(text)
    whole = text if fraction is None else text[: fraction.start()] + text[fraction.end() :]
    try:
        return datetime.fromisoformat(whole)
    except ValueError:
        return None
