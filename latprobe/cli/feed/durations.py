"""Durations, as they are shown."""

from typing import Final

_SECOND_NS: Final = 10**9
_DAY_SECONDS: Final = 86_400
_CLOCK: Final = ((_DAY_SECONDS, "d"), (3600, "h"), (60, "min"))


def duration_text(duration_ns: int) -> str | None:
    """A duration of a minute or more as `5 min 44 s`, `6 h 12 min`; `None` of a shorter one."""
    seconds = duration_ns // _SECOND_NS
    for number, (size, unit) in enumerate(_CLOCK):
        if seconds >= size:
            below, name = (*_CLOCK, (1, "s"))[number + 1]
            return f"{seconds // size:,} {unit} {seconds % size // below} {name}"
    return None
