"""An interval of a soak: what was measured between two moments, and what the machine did meanwhile.

Counts are those of the interval alone; times are in nanoseconds where a name says so.
"""

from msgspec import Struct


class AllocationTotals(Struct, frozen=True):
    """What the target asked for while messages were handed over."""

    allocations: int
    frees: int
    reallocations: int
    bytes: int


class WorstMessage(Struct, frozen=True):
    """The message that took longest from when it was due."""

    sequence: int
    response_ns: float
    total_ns: float


class TaggedTimes(Struct, frozen=True):
    """The times of `total`, `response` or a stage; `histogram` is HDR V2 in Base64."""

    tag: str
    count: int
    sum_ns: float
    max_ns: int
    histogram: str


class Interval(Struct, frozen=True):
    """What the native side says at an interval's end.

    `late` are messages handed over more than 1 µs after they were due, of which the platform and
    the driver have made some. While the loop was left, for `paused_ns` in all, the plan stood
    still. `heap_bytes` are the blocks in use at the end, and `heap_floor_bytes` the same right
    after a feed was last begun anew in the interval. `wall_step_ns` is how far the clock on the
    wall, as the target reads it, went further than that which times are measured with.
    """

    start_unix_ns: int
    wall_step_ns: float
    seconds: float
    messages: int
    last_sequence: int | None
    recorded: int
    settling: int
    errors: int
    rounds: int
    late: int
    late_by_platform: int
    late_by_driver: int
    stalls_in_waiting: int
    stalled_in_waiting_ns: float
    paused_ns: float
    longest_pause_ns: float
    heap_bytes: int | None
    heap_floor_bytes: int | None
    allocated: AllocationTotals | None
    cpu_s: float
    minor_faults: int
    major_faults: int
    voluntary_switches: int
    involuntary_switches: int
    worst: WorstMessage | None
    times: tuple[TaggedTimes, ...]


class ProcessState(Struct, frozen=True):
    """The worker at an interval's end, and latprobe itself beside it; None where it had ended.

    `stolen_s` is what a hypervisor has taken from the worker's CPU since the machine started.
    """

    rss_bytes: int | None
    threads: int | None
    descriptors: int | None
    own_rss_bytes: int
    stolen_s: float | None


class PlatformStalls(Struct, frozen=True):
    """What an idle control beside the worker saw since the last interval."""

    watched_ns: float
    count: int
    longest_ns: float
    stalled_ns: float
    preempted: int
    preempted_ns: float


class SoakInterval(Struct, frozen=True):
    """All of it; `platform` is None where there was no CPU for an idle control."""

    measured: Interval
    process: ProcessState
    platform: PlatformStalls | None
