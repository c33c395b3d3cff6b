"""Moments, as they are shown."""

from datetime import UTC, datetime
from typing import Final

_SECOND_NS: Final = 10**9
_DAY_SECONDS: Final = 86_400
_CLOCK: Final = ((_DAY_SECONDS, "d"), (3600, "h"), (60, "min"))


def moment_text(time_ns: int) -> str:
    """Nanoseconds since 1970 as `2024-08-08 23:54:15.030314667 UTC`."""
    seconds, rest = divmod(time_ns, _SECOND_NS)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{time_ns} ns since 1970"
    return f"{moment:%Y-%m-%d %H:%M:%S}.{rest:09d} UTC"


def duration_text(duration_ns: int) -> str | None:
    """A duration of a minute or more as `5 min 44 s`, `6 h 12 min`; `None` of a shorter one."""
    seconds = duration_ns // _SECOND_NS
    for number, (size, unit) in enumerate(_CLOCK):
        if seconds >= size:
            below, name = (*_CLOCK, (1, "s"))[number + 1]
            return f"{seconds // size:,} {unit} {seconds % size // below} {name}"
    return None
