"""The part of the run document that is about memory over time."""

from typing import Final, Literal

from msgspec import Struct

Series = Literal["rss", "heap", "huge pages", "minor faults", "major faults"]
"""What was looked at: resident memory without the feed's, bytes that were allocated and not given
back, memory in huge pages, and page faults while messages were handled."""

IN_BYTES: Final[frozenset[Series]] = frozenset(("rss", "heap", "huge pages"))
"""The series that are amounts of memory. The others count."""


class MemorySamples(Struct, frozen=True):
    """Each look at a process, column by column, in order.

    Attributes:
        messages: How many were done by then.
        ns: Time since the first look, without what looking took.
        rss_bytes: Resident memory without the feed's.
        heap_bytes: Allocated and not given back, as the allocator rounds it up; null where that is
            not known.
        huge_bytes: Memory in huge pages.
        minor_faults: Page faults since the first look, while messages were handled.
        major_faults: Those of them that had to read.
    """

    messages: tuple[int, ...]
    ns: tuple[int, ...]
    rss_bytes: tuple[int, ...]
    heap_bytes: tuple[int, ...] | None
    huge_bytes: tuple[int, ...]
    minor_faults: tuple[int, ...]
    major_faults: tuple[int, ...]

    def column(self, series: Series) -> tuple[int, ...] | None:
        """The values of a series; None where it is not known."""
        match series:
            case "rss":
                return self.rss_bytes
            case "heap":
                return self.heap_bytes
            case "huge pages":
                return self.huge_bytes
            case "minor faults":
                return self.minor_faults
            case "major faults":
                return self.major_faults


class MemoryPass(Struct, frozen=True, tag="memory", tag_field="collector"):
    """What memory one fork had, looked at between stretches of messages.

    Attributes:
        messages: How many were handed over.
        warmup: How many of them do not count in other passes.
        samples: What was seen: before the first message, where those begin that count, after the
            last, and in between.
        looking_ns: What all looks took.
        own_rss_bytes: What was resident without the feed before there was an instance of the
            target: latprobe's own, and the target's code.
    """

    messages: int
    warmup: int
    samples: MemorySamples
    looking_ns: int
    own_rss_bytes: int


class MemoryFigure(Struct, frozen=True):
    """One series over all forks, from the first message that counts on.

    Attributes:
        series: What was looked at.
        first: Mean over the forks, before the first message that counts.
        last: The same after the last.
        most: The most that was seen in any fork.
        growth: The most, over the forks, by which the last was over the first.
        slope: By how much it grew in a message, on the line through all looks; mean over the forks.
        slope_interval: Where that lies at 95 % confidence; null for a single fork.
    """

    series: Series
    first: float
    last: float
    most: int
    growth: int
    slope: float
    slope_interval: tuple[float, float] | None
