"""Times as recordings write them, to nanoseconds since 1970 (UTC), in exact arithmetic."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

NANOSECONDS_PER_SECOND: Final = 10**9
_INT64_LIMIT: Final = 2**63
_LONGEST_AFTER_MIDNIGHT_NS: Final = 2**48  # of the times that count from midnight
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS_IN_INT64: Final = 19
_FRACTION_DIGITS: Final = 9

# The unit of a time is told by its magnitude: each unit covers the years 1973 to 5138 or, for ns,
# to the end of int64, and what is smaller belongs to the unit before. So no time of a market that
# ever was recorded by computer is ambiguous, and small numbers count in seconds.
_MILLISECONDS_FROM: Final = 10**11
_MICROSECONDS_FROM: Final = 10**14
_NANOSECONDS_FROM: Final = 10**17


def nanoseconds_from_number(value: int) -> int:
    """Nanoseconds of a whole number of s, ms, µs or ns, told apart by magnitude."""
    if value >= _NANOSECONDS_FROM:
        return value
    if value >= _MICROSECONDS_FROM:
        return value * 1_000
    if value >= _MILLISECONDS_FROM:
        return value * 1_000_000
    return value * NANOSECONDS_PER_SECOND


def nanoseconds_from_text(text: bytes) -> int | None:
    """Nanoseconds of digits with or without a fraction (`1723161600.25`), unit by magnitude.

    A fraction finer than a nanosecond is cut. `None` if it is no such time, or not in int64.
    """
    # Digits alone come first: so it is on nearly every line of nearly every recording.
    whole, point, fraction = (text, b"", b"") if text.isdigit() else text.partition(b".")
    if len(whole) > _DIGITS_IN_INT64 or not whole.isdigit():
        return None
    value = int(whole)
    total = value if value >= _NANOSECONDS_FROM else nanoseconds_from_number(value)
    if point:
        if not fraction.isdigit():
            return None
        unit_ns = nanoseconds_from_number(value + 1) - total if value else NANOSECONDS_PER_SECOND
        digits = fraction[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, b"0")
        total += int(digits) * unit_ns // NANOSECONDS_PER_SECOND
    return total if total < _INT64_LIMIT else None


def nanoseconds_from_datetime(moment: datetime) -> int:
    """Nanoseconds since 1970 of a moment; one without a time zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000


def text_from_nanoseconds(time_ns: int) -> str:
    """`2024-08-08 23:54:15.030314667 UTC`, or the number where no calendar has that day."""
    seconds, rest = divmod(time_ns, NANOSECONDS_PER_SECOND)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{time_ns} ns since 1970"
    return f"{moment:%Y-%m-%d %H:%M:%S}.{rest:09d} UTC"


def midnight_from_text(text: str) -> int:
    """Nanoseconds since 1970 of `2019-12-30`, or of `2019-12-30T00:00-05:00`.

    Raises:
        ValueError: It is neither a date nor a date with a time, in ISO 8601; or times that count
            from it do not fit int64.
    """
    try:
        day = date.fromisoformat(text)
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
    midnight_ns = nanoseconds_from_datetime(moment)
    if not -_INT64_LIMIT <= midnight_ns < _INT64_LIMIT - _LONGEST_AFTER_MIDNIGHT_NS:
        raise ValueError(f"{text} is too far from 1970")
    return midnight_ns
