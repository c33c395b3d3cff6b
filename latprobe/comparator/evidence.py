"""What was measured of one part of a target's work, as far as budgets ask for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from latprobe.run.memory_figures import Course
from latprobe.stats import Distribution
from latprobe.units import format_ns


@dataclass(frozen=True)
class Instrument:
    """How well the clock of a run tells times apart.

    Attributes:
        granularity_ns: The step that its value moves by.
        offset_error_ns: How far the offset that was taken off each time may be wrong, either way.
    """

    granularity_ns: float
    offset_error_ns: float

    @property
    def error_ns(self) -> float:
        """How far one time between two readings may be wrong, either way.

        Each reading is late by less than a step, so that their difference is off by less than one.
        """
        return self.granularity_ns + self.offset_error_ns

    def __str__(self) -> str:
        step, offset = format_ns(self.granularity_ns), format_ns(self.offset_error_ns)
        return f"the clock (step {step}, offset ± {offset})"


@dataclass(frozen=True)
class Unmeasured:
    """There is no figure.

    Attributes:
        reason: Why, as a clause: `the cost of one stage among several is not measured`.
    """

    reason: str


Parts = Literal["forks", "recordings", "blocks"]
"""What times are spread over: forks of a run, pairs of recordings, or blocks of a single one."""


@dataclass(frozen=True)
class Latency:
    """Times of single messages, all in nanoseconds.

    Attributes:
        merged: Those of all forks.
        forks: Each fork's own.
        fork_means_ns: The exact mean of each fork that handled a message.
        instrument: The clock that they were taken with.
        parts: What is called a fork here.
        mean_ns: Of all times, where forks differ in how many they have.
        other: Where some times may be those of other messages: the same, were they those of the
            messages furthest from these.
    """

    merged: Distribution
    forks: Sequence[Distribution]
    fork_means_ns: Sequence[float]
    instrument: Instrument
    parts: Parts = "forks"
    mean_ns: float | None = None
    other: "Latency | None" = None


@dataclass(frozen=True)
class Cost:
    """Amortised time for a message: many messages between two readings of the clock.

    Attributes:
        fork_costs_ns: Nanoseconds a message in each fork.
        messages: Messages between the two readings, in each fork.
        instrument: The clock that they were taken with.
    """

    fork_costs_ns: Sequence[float]
    messages: int
    instrument: Instrument


@dataclass(frozen=True)
class Amount:
    """An exact count of something that messages do.

    Attributes:
        total: Over all messages.
        most: In the one message with the most.
    """

    total: int
    most: int


@dataclass(frozen=True)
class Allocations:
    """What the counting allocator saw. `bytes` are those asked for.

    Attributes:
        messages: Messages that it was seen over.
        allocations: Blocks asked for.
        frees: Blocks given back.
        reallocations: Blocks resized.
        bytes: Bytes asked for, a reallocation counting its new size.
    """

    messages: int
    allocations: Amount
    frees: Amount
    reallocations: Amount
    bytes: Amount

    def amount(self, counted: str) -> Amount:
        """The amount of what a figure says that it counts.

        Raises:
            KeyError: if it is none of these.
        """
        return {
            "allocations": self.allocations,
            "frees": self.frees,
            "reallocations": self.reallocations,
            "bytes": self.bytes,
        }[counted]


@dataclass(frozen=True)
class Depth:
    """How many messages others met in a queue.

    Attributes:
        merged: Those of all forks.
        forks: Each fork's own.
        fork_means: The exact mean of each.
        most: The most that any met, exact.
    """

    merged: Distribution
    forks: Sequence[Distribution]
    fork_means: Sequence[float]
    most: int


@dataclass(frozen=True)
class Memory:
    """What was seen of a process's memory over time.

    Attributes:
        courses: For each series, its course in each fork.
        looks: How often each fork was looked at, at least.
        absent: Why a series is not known, by its name.
    """

    courses: Mapping[str, Sequence[Course]]
    looks: int
    absent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Errors:
    """Messages that the target did not understand, or that otherwise came to nothing.

    Attributes:
        count: How many.
        messages: Out of how many, these among them.
    """

    count: int
    messages: int


@dataclass(frozen=True)
class Pairing:
    """What became of the messages of recordings that were matched.

    Attributes:
        counts: For each figure of pairing how many messages or pairs it counts, out of how many.
    """

    counts: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Events:
    """Events of the processor or the kernel.

    Attributes:
        simulated: Exact sums over messages; empty where nothing was simulated.
        simulated_messages: How many these messages are.
        forks: In each fork, what was counted for one message.
        shares: Of the time an event was wanted, the least part in any fork for which it had a
            counter; events that had one all of the time are not there.
        absent: Why an event was not counted, by its name.
        why: Why nothing else was.
    """

    simulated: Mapping[str, int] = field(default_factory=dict)
    simulated_messages: int = 0
    forks: Sequence[Mapping[str, float]] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    why: str = "it was not counted: name it in the scenario's `counters`"


@dataclass(frozen=True)
class Evidence:
    """Everything that was measured of one stage or span, of all messages or of one kind."""

    latency: Latency | Unmeasured = Unmeasured("latency was not measured")
    response: Latency | Unmeasured = Unmeasured("response time was not measured")
    cold: Latency | Unmeasured = Unmeasured("latency with cold caches was not measured")
    idle: Latency | Unmeasured = Unmeasured("latency after a quiet spell was not measured")
    cost: Cost | Unmeasured = Unmeasured("cost was not measured")
    allocations: Allocations | Unmeasured = Unmeasured("allocations were not counted")
    events: Events | Unmeasured = Unmeasured("events were neither counted nor simulated")
    memory: Memory | Unmeasured = Unmeasured("memory was not looked at")
    errors: Errors | Unmeasured = Unmeasured("errors were not counted")
    pairing: Pairing | Unmeasured = Unmeasured(
        "a target was run: `latprobe feed match` alone pairs messages"
    )
    depth: Depth | Unmeasured = Unmeasured("depths are those of queues")
    superseded: Errors | Unmeasured = Unmeasured("superseded messages were not counted")
    dropped: Errors | Unmeasured = Unmeasured("dropped messages were not counted")
