"""What an import brought in, and what it did not."""

from dataclasses import dataclass

from latprobe.feed.reader import Feed


@dataclass(frozen=True, slots=True)
class SetAsideSummary:
    """What was put into a quarantine."""

    path: str
    messages: int
    payload_bytes: int
    problems: dict[str, int]
    """How many by what was expected; most first."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A feed that was imported, and how that went."""

    feed: Feed
    source_bytes: int
    """Uncompressed bytes of the recording that were read."""
    set_aside: SetAsideSummary | None
    """`None` where no quarantine was asked for."""
    counts: dict[str, int]
    """What the format counted besides messages: `packets`, `gaps`, …; none of them is 0."""
