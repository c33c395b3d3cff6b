"""Which keys of `[drive]` each mode takes, and what they say."""

import math
from typing import TYPE_CHECKING, Final

from latprobe.units import parse_ns, parse_rate

if TYPE_CHECKING:
    from latprobe.scenario.model import Drive

_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "closed": (),
    "recorded": (),
    "rate": ("rate",),
    "poisson": ("rate",),
    "burst": ("rate", "on", "off"),
}
_ALLOWED: Final[dict[str, tuple[str, ...]]] = {
    "closed": ("idle",),
    "recorded": ("speed",),
    "rate": ("rate",),
    "poisson": ("rate", "seed"),
    "burst": ("rate", "on", "off"),
}
_EXAMPLES: Final = {"rate": "100k/s", "on": "1ms", "off": "9ms"}

_LONGEST_IDLE_NS: Final = 1e9


def check_pacing(drive: "Drive") -> None:
    """Holds the keys of a drive against its mode.

    Raises:
        ValueError: for a key that is missing, of no use in the mode, or not what it should be.
    """
    for key in _NEEDED[drive.mode]:
        if getattr(drive, key) is None:
            example = f'{key} = "{_EXAMPLES[key]}"'
            raise ValueError(f'`{key}` is missing: mode = "{drive.mode}" needs it, like {example}')
    for key in ("speed", "rate", "on", "off", "seed", "idle"):
        if getattr(drive, key) is not None and key not in _ALLOWED[drive.mode]:
            modes = " or ".join(f'"{mode}"' for mode, keys in _ALLOWED.items() if key in keys)
            raise ValueError(f'`{key}` is of no use in mode = "{drive.mode}": it is for {modes}')
    if drive.cache == "cold" and drive.mode != "closed":
        raise ValueError(
            'cache = "cold" takes time before each message, which no plan has: it is for "closed"'
        )
    if drive.speed is not None and not math.isfinite(drive.speed):
        raise ValueError(f"`speed` is a number of times, like 2.0, and not {drive.speed}")
    _check_amounts(drive)


def rate_of(drive: "Drive") -> float:
    """Messages a second, in a mode that has a rate."""
    rate = drive.rate
    if isinstance(rate, str):
        return parse_rate(rate)
    return 0.0 if rate is None else rate


def ns_of(text: str | None) -> float:
    """A time of a drive in nanoseconds; 0 for none."""
    return 0.0 if text is None else parse_ns(text)


def _check_amounts(drive: "Drive") -> None:
    for key in ("on", "off", "idle"):
        text = getattr(drive, key)
        if text is not None and ns_of(text) <= 0:
            raise ValueError(f"`{key}` is a time over 0, and not `{text}`")
    if ns_of(drive.idle) > _LONGEST_IDLE_NS:
        raise ValueError(f"`idle` is a gap of at most `1s`, and not `{drive.idle}`")
    if drive.rate is None:
        return
    rate = rate_of(drive)
    if not (rate > 0 and math.isfinite(rate)):
        raise ValueError(f"`rate` is a number of messages a second over 0, and not {drive.rate}")
    if drive.on is not None and rate * ns_of(drive.on) < 1e9:  # noqa: PLR2004  # ns in a second
        raise ValueError(f"`on` is too short: a burst of {drive.on} at {drive.rate} has no message")
