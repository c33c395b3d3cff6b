"""Moments as people write them: of the calendar, or counted from a feed's first message."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from latprobe.feed.importers.times import nanoseconds_from_datetime
from latprobe.units import parse_ns

_FRACTION: Final = re.compile(r"([T ]\d\d:\d\d:\d\d)[.,](\d{1,9})")
_FRACTION_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class TimePoint:
    """A moment, as written in `text`."""

    text: str
    ns: int
    """Nanoseconds since 1970 (UTC); or, if `relative`, since the first message."""
    relative: bool

    def at(self, first_ns: int) -> int:
        """Nanoseconds since 1970, in a feed whose first message was received at `first_ns`."""
        return self.ns + first_ns if self.relative else self.ns


def parse_time_point(text: str) -> TimePoint:
    """Reads `2024-08-08T23:54:15.25Z` (ISO 8601; UTC without an offset) or `+10s`.

    Raises:
        ValueError: in words for who wrote it.
    """
    if text.startswith("+"):
        return TimePoint(text, round(parse_ns(text[1:])), relative=True)
    found = _FRACTION.search(text)
    whole = text if found is None else text.replace(found[0], found[1], 1)
    digits = "" if found is None else found[2].ljust(_FRACTION_DIGITS, "0")
    try:
        moment = datetime.fromisoformat(whole)
    except ValueError as error:
        expected = "a moment such as `2024-08-08T23:54:15.25Z`, or `+10s` from the first message"
        raise ValueError(f"`{text}` is not {expected}") from error
    return TimePoint(text, nanoseconds_from_datetime(moment) + int(digits or 0), relative=False)
