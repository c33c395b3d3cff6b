"""The part of the run document that is about events of the processor: counted, or simulated."""

from typing import Literal

from msgspec import Struct

Reading = Literal["rdpmc", "read"]
"""By an instruction, within a message; or by a call of the kernel, before and after all of them."""


class EventSums(Struct, frozen=True):
    """Events of the messages that came to the end of a stage, summed."""

    messages: int
    events: dict[str, int]


class KindEvents(Struct, frozen=True):
    """Simulated events of one message kind; `kind` is null for messages that were not understood.

    `stages` are in the target's order.
    """

    kind: str | None
    total: EventSums
    stages: tuple[EventSums, ...]


class Cache(Struct, frozen=True):
    """One cache, as it was simulated."""

    size_bytes: int
    ways: int
    line_bytes: int


class Caches(Struct, frozen=True):
    """The caches of a simulation, and whose they are."""

    source: str
    instructions: Cache
    data: Cache
    last_level: Cache


class SimulationPass(Struct, frozen=True, tag="simulation", tag_field="collector"):
    """What callgrind simulated: the same each time.

    `mark_instructions` is what a mark executed that was observed, on average; it has been taken off
    the stages, and `total` is of messages whose marks were not observed. Of the warm-up the last
    `simulated_warmup` messages were simulated; null where all were.
    """

    messages: int
    warmup: int
    kinds: tuple[KindEvents, ...]
    caches: Caches
    valgrind: str
    mark_instructions: float
    seconds: float
    simulated_warmup: int | None = None


class Counted(Struct, frozen=True):
    """What one event came to over some messages: as if it had counted all of the time.

    Of the time it was wanted, `share` is that for which it had a counter; under 1 it was scaled,
    and is an estimate.
    """

    value: float
    share: float


class StageCounts(Struct, frozen=True):
    """Events of one stage, of messages of all kinds, with what reading them costs taken off."""

    messages: int
    events: dict[str, Counted]


class CounterPass(Struct, frozen=True, tag="counters", tag_field="collector"):
    """What the kernel's counters said of one fork: events of the thread that handles messages.

    `groups` are the events that were counted at the same time. `events` are sums over all messages.
    `stages` are in the target's order, null where no message came to the end of one; there are none
    where `stages_unsupported` says why.
    """

    messages: int
    reading: Reading
    groups: tuple[tuple[str, ...], ...]
    events: dict[str, Counted]
    unsupported: dict[str, str]
    stages: tuple[StageCounts | None, ...] = ()
    stages_unsupported: str | None = None


class Unsupported(Struct, frozen=True):
    """Something that could not be measured here, why, and what would help."""

    what: str
    reason: str
    remedy: str
