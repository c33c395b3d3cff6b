"""How two recordings are matched: what `latprobe feed match` is told."""

from typing import Final, Literal

from msgspec import Struct

from latprobe.units import parse_ns

_LONGEST_NS: Final = 3_600e9
"""Histograms hold an hour."""

_MOST_NS: Final = 10_000 * 3_600e9
"""Over a year: a clock that is further off is not set at all."""


class MatchSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which message that went in each message that came out belongs to, see docs/MATCH.md.

    Attributes:
        key: Where the key of a message stands, as a key expression.
        out_key: The same for what came out, where it is another.
        kind: What tells kinds of messages that went in apart, as a key expression.
        within: An answer comes at most so long after its message, like `1s`.
        each: Whether a message has one answer, the first, or as many as come.
        reused: Which of several messages with one key an answer belongs to.
        clock_offset: How far the clock of what came out is ahead of the other, like `-3us`.
        clock_error: How far that may be wrong, either way.
        granularity: What all times are multiples of; by default, measured.
    """

    key: str
    out_key: str | None = None
    kind: str | None = None
    within: str = "1s"
    each: Literal["first", "all"] = "first"
    reused: Literal["latest", "oldest"] = "latest"
    clock_offset: str = "0ns"
    clock_error: str = "0ns"
    granularity: str | None = None

    def __post_init__(self) -> None:
        for name in ("within", "clock_offset", "clock_error", "granularity"):
            _check_time(name, getattr(self, name))
        if not 0 < within_ns(self) <= _LONGEST_NS:
            raise ValueError(f"`within` is a time over 0 and at most 1h, and not `{self.within}`")
        if self.each == "all" and self.reused == "oldest":
            raise ValueError(
                "`reused = oldest` gives each answer to the message that waited longest, which "
                "then waits no more: it is for `each = first`"
            )
        if self.granularity is not None and not parse_ns(self.granularity) > 0:
            raise ValueError(f"`granularity` is a time over 0, and not `{self.granularity}`")
        for name in ("clock_offset", "clock_error", "granularity"):
            _check_size(name, getattr(self, name))


def within_ns(settings: MatchSettings) -> int:
    """How long after its message an answer may come, in nanoseconds."""
    return round(parse_ns(settings.within))


def clock_offset_ns(settings: MatchSettings) -> int:
    """What is taken off each time of what came out, in nanoseconds."""
    text = settings.clock_offset
    return -round(parse_ns(text[1:])) if text.startswith("-") else round(parse_ns(text))


def clock_error_ns(settings: MatchSettings) -> float:
    """How far the offset may be wrong, in nanoseconds."""
    return parse_ns(settings.clock_error)


def granularity_ns(settings: MatchSettings) -> float | None:
    """What all times are said to be multiples of, in nanoseconds."""
    return None if settings.granularity is None else parse_ns(settings.granularity)


def _check_size(name: str, text: str | None) -> None:
    if text is not None and parse_ns(text.removeprefix("-")) > _MOST_NS:
        raise ValueError(f"`{name}` is at most 10000h, and not `{text}`")


def _check_time(name: str, text: str | None) -> None:
    size = text
    if name == "clock_offset" and text is not None and text.startswith("-"):
        size = text[1:]
    try:
        if size is not None:
            parse_ns(size)
    except ValueError:
        problem = f"`{name}` is a time with its unit, such as `50us`, and not `{text}`"
        raise ValueError(problem) from None
