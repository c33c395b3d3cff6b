"""The parts of the run document that are about asyncio targets. Times are in nanoseconds."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from latprobe.run.times import Depths, StageTimes

RECEIVE: Final = "receive"
"""From when a message was due until the service had it."""
MESSAGE_TO_DECISION: Final = "message_to_decision"
DECISION_TO_ACKNOWLEDGED: Final = "decision_to_acknowledged"
DECISION_RESPONSE: Final = "\1"
"""From when a message was due until it was decided. No name holds such a character."""
MESSAGE_LAG: Final = "message lag"
LOOP_LAG: Final = "loop lag"


class ServiceNames(Struct, frozen=True):
    """What a service has watched: the names that it gave when it was made.

    `is_called`: whether it takes messages by call, so that what it understands can be verified.
    """

    queues: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    timers: tuple[str, ...] = ()
    is_called: bool = True

    @property
    def rows(self) -> tuple[str, ...]:
        """All rows of times, in the order in which they are shown."""
        return (
            RECEIVE,
            *(f"{queue} wait" for queue in self.queues),
            *self.timers,
            *(f"{lock} {time}" for lock in self.locks for time in ("wait", "hold")),
            MESSAGE_TO_DECISION,
            DECISION_TO_ACKNOWLEDGED,
            MESSAGE_LAG,
            LOOP_LAG,
        )

    @property
    def depths(self) -> tuple[str, ...]:
        """What budgets call the numbers of entries in its queues."""
        return tuple(f"{queue} depth" for queue in self.queues)


class NamedTimes(Struct, frozen=True):
    """Times of one row; `response` counts from when a message was due."""

    row: str
    times: StageTimes
    response: StageTimes | None = None


class QueueDepths(Struct, frozen=True):
    """How many entries each met in a queue."""

    queue: str
    depth: Depths


class ServicePass(Struct, frozen=True, tag="service", tag_field="collector"):
    """A service in its event loop, handed messages when they were due.

    `times` are those rows that anything came to. `decided` and `acknowledged` count messages.
    `lag_base_ns` is what was taken off message lags: the least in the recording, where clocks that
    disagree made one negative. `sender_late` is how late messages of a WebSocket were sent, which
    the times from when they were due have in them.
    """

    loop: str
    transport: str
    messages: int
    decided: int
    acknowledged: int
    times: tuple[NamedTimes, ...]
    depths: tuple[QueueDepths, ...] = ()
    superseded: int = 0
    dropped: int = 0
    errors: dict[str, int] = {}
    error_examples: dict[str, str] = {}
    lag_base_ns: int = 0
    sender_late: StageTimes | None = None

    def rows(self) -> Iterator[tuple[str, StageTimes]]:
        """The times of each row, those from when a message was due in a row of their own."""
        for named in self.times:
            yield named.row, named.times
            if named.response is not None:
                yield DECISION_RESPONSE, named.response


class SwitchPass(Struct, frozen=True, tag="switches", tag_field="collector"):
    """How often the loop ran a task on while it handled so many messages."""

    messages: int
    switches: int
