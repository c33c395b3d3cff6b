"""The run document's part on how well a plan was kept, and who was late by whom."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from latprobe.stats import expected_events, is_more_frequent

LATE_NS: Final = 1_000.0
"""A message that is handed over later than this after it was due is late, and a time in which the
driver does nothing that takes as long is a stall."""


class Watched(Struct, frozen=True):
    """A part of the driver's time, and the stalls over 1 µs in it."""

    total_ns: float
    """All of it, stalls among it."""
    stalls: int
    stalled_ns: float
    longest_ns: float

    @property
    def running_ns(self) -> float:
        """What was no stall."""
        return self.total_ns - self.stalled_ns

    def without(self, part: "Watched | None") -> "Watched":
        """All but a part of it; the longest stall may have been in either."""
        if part is None:
            return self
        return Watched(
            self.total_ns - part.total_ns,
            self.stalls - part.stalls,
            self.stalled_ns - part.stalled_ns,
            self.longest_ns,
        )


class Pacing(Struct, frozen=True):
    """How well a plan was kept. Messages are numbered from the start of the pass.

    A message is late when it was handed over more than 1 µs after it was due. `late_by_platform`
    would not have been by the target alone, but were by stalls that the driver saw while it only
    read the clock; `late_by_driver` not even by both. `worst_by_platform_ns` and
    `worst_by_driver_ns` are the most that these were a part of; how late messages would have been
    by the target alone, is in `worst_by_target_ns` and `last_by_target_ns`. `first_due_ns` and
    `planned_ns`, when the first late message and the last of all were due, count from the start of
    the plan, which stood still while the loop was left (`pauses`).

    The driver's time is cut in three: `waiting` for messages to be due, its own `bookkeeping`
    between two messages, and the target's `service`; neither of the last two right behind a stall
    that was seen, which leaves caches cold. `waking` is the part of the waiting that is right
    behind a message with one before it: stalls that come at a steady pace are rarer there. In
    documents of before they were told apart, these are null, and `late_by_driver` counts those by
    the platform as well.
    """

    late: int
    late_by_driver: int
    worst_by_driver_ns: float
    worst_ns: float
    worst_message: int | None
    first_message: int | None
    first_due_ns: float
    last_ns: float
    """How late the last message was: over 1 µs where the target did not catch up."""
    planned_ns: float
    pauses: int
    paused_ns: float
    late_by_platform: int = 0
    worst_by_platform_ns: float = 0.0
    worst_by_target_ns: float = 0.0
    first_by_target_due_ns: float | None = None
    last_by_target_ns: float = 0.0
    waiting: Watched | None = None
    bookkeeping: Watched | None = None
    service: Watched | None = None
    page_faults: int | None = None
    """While the loop ran, the target's among them."""
    waking: Watched | None = None

    @property
    def awake(self) -> Watched | None:
        """What bookkeeping and service are held against: waiting that is not behind a stall."""
        return None if self.waiting is None else self.waiting.without(self.waking)


class Unseen(Struct, frozen=True):
    """Stalls in a part of the time in which nobody looks at the clock.

    `expected` are as many as came for the same time of waiting. Where `is_more`, there are too many
    for chance: not all of them are the platform's.
    """

    stalls: int
    expected: float
    is_more: bool


def unseen(waiting: Iterable[Watched], part: Iterable[Watched]) -> Unseen:
    """Holds a part of the driver's time against its waiting, over all forks; see docs/METHOD.md.

    Args:
        waiting: `Pacing.awake` of each fork.
        part: The bookkeeping or the service of each.
    """
    seen, held = list(waiting), list(part)
    seen_stalls, stalls = sum(it.stalls for it in seen), sum(it.stalls for it in held)
    seen_ns, held_ns = sum(it.running_ns for it in seen), sum(it.running_ns for it in held)
    return Unseen(
        stalls,
        expected_events(seen_stalls, seen_ns, held_ns),
        is_more_frequent(stalls, held_ns, seen_stalls, seen_ns),
    )


def unseen_by_driver(pacings: Iterable[Pacing]) -> Unseen | None:
    """What there was in the driver's bookkeeping; None where no document tells it apart."""
    parts = [(it.awake, it.bookkeeping) for it in pacings]
    waiting = [it for it, _ in parts if it is not None]
    bookkeeping = [it for _, it in parts if it is not None]
    return unseen(waiting, bookkeeping) if waiting and bookkeeping else None
