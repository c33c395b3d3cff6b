"""How the service is run, and which faults it has."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Faults:
    """Each is how such services really fail. Without any, the service is as it should be.

    Attributes:
        waits_for_consumer: Publishing a quote waits for the slowest who reads it.
        clones_state: Each decision is made on a copy of all that is known.
        logs_each_tick: A line at info for every tick, and for every planned cancel and post.
        blocking_event_log: The event log is written and synced inside the loop.
        logs_raw_frames: Each frame is parsed again, redacted and logged.
        publishes_unchanged: Discovery publishes its markets each time, changed or not.
        catches_up: Timer ticks that were missed are made up for, one after the other.
        one_lock: Orders are built, signed and posted under one lock.
    """

    waits_for_consumer: bool = False
    clones_state: bool = False
    logs_each_tick: bool = False
    blocking_event_log: bool = False
    logs_raw_frames: bool = False
    publishes_unchanged: bool = False
    catches_up: bool = False
    one_lock: bool = False


FAULTS = tuple(it.name for it in fields(Faults))


@dataclass(frozen=True)
class Settings:
    """What does not differ between before and after.

    Attributes:
        faults: Which there are.
        consumer_s: What the slowest consumer of quotes takes for one.
        requote_s: The least time between two sets of orders.
        discovery_s: How often markets are looked for.
        markets: How many there are.
        timer_s: How often the service looks after its open orders.
        timer_work_s: What that takes.
        stall_every_s: How often something else stops the loop; 0 for never.
        stall_s: For how long.
        answer_s: What the exchange takes for an order.
    """

    faults: Faults = Faults()
    consumer_s: float = 0.005
    requote_s: float = 0.05
    discovery_s: float = 0.1
    markets: int = 2_000
    timer_s: float = 0.005
    timer_work_s: float = 0.000_02
    stall_every_s: float = 0.0
    stall_s: float = 0.1
    answer_s: float = 0.005
