"""What an import brought in, and what it did not."""

from dataclasses import dataclass

from latprobe.feed.importers.quarantine import Lost, Quarantine
from latprobe.feed.reader import Feed


@dataclass(frozen=True, slots=True)
class SetAsideSummary:
    """What was put into a quarantine."""

    path: str
    messages: int
    payload_bytes: int
    problems: dict[str, int]
    """How many by what was expected; most first."""
    lost: Lost | None
    """What of a damaged archive could not be read at all."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A feed that was imported, and how that went."""

    feed: Feed
    source_bytes: int
    """Uncompressed bytes of the recording that were read."""
    ignored_bytes: int
    """How much of the file followed the archive in it, and was passed over."""
    out_of_order: int
    """Messages that were received somewhat before the message before, and are kept."""
    farthest_back_ns: int
    """How far, at most."""
    set_aside: SetAsideSummary | None
    """`None` where no quarantine was asked for."""
    leftovers_cleared: int
    """Half-written files of imports to the same place that were killed, and are deleted now."""
    counts: dict[str, int]
    """What the format counted besides messages: `packets`, `gaps`, …; none of them is 0."""


def set_aside_summary(quarantine: Quarantine | None) -> SetAsideSummary | None:
    """What is in a quarantine, if there is one."""
    if quarantine is None:
        return None
    return SetAsideSummary(
        str(quarantine.path),
        quarantine.messages,
        quarantine.payload_bytes,
        dict(quarantine.problems.most_common()),
        quarantine.lost,
    )
