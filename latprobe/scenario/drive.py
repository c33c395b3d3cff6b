"""How messages are handed over: which keys of `[drive]` each mode takes, and what they say."""

import math
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from latprobe.units import parse_ns, parse_rate

Mode = Literal["closed", "recorded", "rate", "poisson", "burst"]
ClockChoice = Literal["auto", "counter", "monotonic_raw"]
Count = Annotated[int, Meta(ge=1)]

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


class Drive(Struct, frozen=True, forbid_unknown_fields=True):
    """How messages are handed over.

    Attributes:
        mode: `closed`: the next as soon as the last is done. The others follow a plan, whatever the
            target takes: `recorded`, the feed's own gaps; `rate`, a fixed gap; `poisson`, gaps by
            chance; `burst`, a fixed gap while `on` lasts and nothing while `off` does.
        speed: How many times as fast as it was recorded; `recorded` alone, by default 1.
        rate: Messages a second, as a number or like `100k/s`; `rate`, `poisson`, and `burst`, in
            which it is that of a burst.
        on: How long a burst lasts, like `1ms`.
        off: How long nothing comes after it.
        seed: Another seed draws other gaps; `poisson` alone, by default 1.
        cache: `cold`: also measure with caches that hold nothing of the target's; `closed` alone.
        idle: Also measure with a gap before each message, like `50us`; `closed` alone.
        marks: `together`: every mark of a message takes a timestamp. `apart`: each stage is timed
            in forks of its own, in which only the marks at its two ends do; for stages so short
            that their neighbours' timestamps would disturb them.
        forks: Fresh processes for each figure that varies.
        warmup: Messages before the first that counts; by default 20,000, or a tenth of a feed that
            is shorter than ten times that.
        messages: Messages that count, in each fork; the feed starts anew where it ends. By default
            the rest of the feed, and at least 100,000; in `recorded` the rest of the feed, and by
            another plan as many as it brings in 10 s.
        repeats: So many forks are run again at most because the platform disturbed them, by a rule
            that sees no times; see docs/METHOD.md.
        shuffle: Seed of what is left to chance: the order of forks, and where their stack and heap
            begin. By default another in each run, which its document tells.
        cpu: The CPU that forks are pinned to; by default the last that is allowed.
        worker_cpus: CPUs for the threads of a target that has any, and declares their queues as
            hops; by default the others that are allowed, but one for the idle control where there
            are three or more.
        clock: `counter`, the processor's own, or `monotonic_raw`, the kernel's; `auto` takes the
            counter where it runs at one rate.
    """

    mode: Mode = "closed"
    speed: Annotated[float, Meta(gt=0)] | None = None
    rate: float | str | None = None
    on: str | None = None
    off: str | None = None
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    cache: Literal["warm", "cold"] = "warm"
    idle: str | None = None
    marks: Literal["together", "apart"] = "together"
    forks: Annotated[int, Meta(ge=1, le=1000)] = 5
    repeats: Annotated[int, Meta(ge=0, le=1000)] = 3
    shuffle: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    warmup: Annotated[int, Meta(ge=0)] | None = None
    messages: Count | None = None
    cpu: Annotated[int, Meta(ge=0)] | None = None
    worker_cpus: tuple[Annotated[int, Meta(ge=0)], ...] | None = None
    clock: ClockChoice = "auto"

    def __post_init__(self) -> None:
        _check_keys(self)


def rate_of(drive: Drive) -> float:
    """Messages a second, in a mode that has a rate."""
    rate = drive.rate
    if isinstance(rate, str):
        return parse_rate(rate)
    return 0.0 if rate is None else rate


def ns_of(text: str | None) -> float:
    """A time of a drive in nanoseconds; 0 for none."""
    return 0.0 if text is None else parse_ns(text)


def _check_keys(drive: Drive) -> None:
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


def _check_amounts(drive: Drive) -> None:
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
