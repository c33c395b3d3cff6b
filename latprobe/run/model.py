"""The run document. Its JSON schema is `schema.json` beside this file, and is checked against it.

Times are in nanoseconds, sizes in bytes, unless a name says otherwise. Histograms are in the HDR V2
compressed encoding (Base64), in whole nanoseconds.
"""

from typing import Any, Literal

from msgspec import Struct

from latprobe.run.allocator import AllocatorRecord
from latprobe.run.audit import AuditSettings
from latprobe.run.call_sites import CallSitePass
from latprobe.run.collector import Collector as Collector  # noqa: PLC0414  # is had from here
from latprobe.run.counters import CounterPass, SimulationPass, Unsupported
from latprobe.run.digest import DigestPass as DigestPass  # noqa: PLC0414  # is had from here
from latprobe.run.digest import KindDigest as KindDigest  # noqa: PLC0414  # is had from here
from latprobe.run.instrument import Calibration as Calibration  # noqa: PLC0414
from latprobe.run.instrument import ClockReading as ClockReading  # noqa: PLC0414
from latprobe.run.instrument import Drift as Drift  # noqa: PLC0414
from latprobe.run.instrument import Instrument as Instrument  # noqa: PLC0414
from latprobe.run.interpreter import InterpreterPass
from latprobe.run.layout import Layout
from latprobe.run.matched import MatchPass
from latprobe.run.memory import MemoryFigure, MemoryPass
from latprobe.run.noise import Noise
from latprobe.run.pacing import Pacing
from latprobe.run.platform import Platform, Usage
from latprobe.run.service import ServiceNames, ServicePass, SwitchPass
from latprobe.run.slow_message import ReplayedMessage, TailMessage
from latprobe.run.threads import DepthFigure, Ends, Hop, Skew
from latprobe.run.times import KindTimes, StageTimes
from latprobe.scenario.model import Scenario

SCHEMA_VERSION: Literal[1] = 1

Condition = Literal["warm", "cold", "idle"]
"""What a latency fork made sure of before each message, see docs/METHOD.md."""


Time = Literal["service", "response"]
"""From when a message was handed over, or from when it was due."""


class LatencyPass(Struct, frozen=True, tag="latency", tag_field="collector"):
    """Each message timed.

    `settling` ones came right after the loop had been left, and `passed_over` ones between those
    that a condition was made for: neither are counted. `driving` is how messages were handed over,
    as the core was told. `tail` are the slowest 20, the slowest first.
    """

    recorded: int
    settling: int
    kinds: tuple[KindTimes, ...]
    passed_over: int = 0
    pacing: Pacing | None = None
    driving: str | dict[str, Any] = "closed"
    tail: tuple[TailMessage, ...] = ()


class TailPass(Struct, frozen=True, tag="tail", tag_field="collector"):
    """A latency pass over again, of which only the slowest messages are looked at.

    `driving` as in the latency pass; before it was noted, tails were replayed in closed driving.
    """

    messages: tuple[ReplayedMessage, ...]
    driving: str | dict[str, Any] = "closed"


class SpanEnds(Struct, frozen=True):
    """Consecutive stages, by the index of the first and of the last."""

    first: int
    last: int


class KindSpan(Struct, frozen=True):
    """Times of a span for one message kind; `kind` is null for messages not understood."""

    kind: str | None
    times: StageTimes


class SpanPass(Struct, frozen=True, tag="span", tag_field="collector"):
    """Consecutive stages timed as one, with no timestamp in between."""

    span: SpanEnds
    recorded: int
    settling: int
    kinds: tuple[KindSpan, ...]


class CostPass(Struct, frozen=True, tag="cost", tag_field="collector"):
    """Many messages timed at once: `chunk_messages` between two timestamps.

    `chunks_ns`, where two forks replayed in turns, are nanoseconds a message in each chunk; 0 for
    one in which the kernel gave the CPU to another program.
    """

    messages: int
    chunk_messages: int
    total_ns: float
    median_chunk_ns: float
    chunks_ns: tuple[float, ...] = ()


class AllocationTotals(Struct, frozen=True):
    """Allocation calls; `bytes` are those asked for by new and by resized blocks."""

    allocations: int
    frees: int
    reallocations: int
    bytes: int


class AllocationTally(Struct, frozen=True):
    """Sums over messages, and the most in any one of them, each figure by itself."""

    messages: int
    sum: AllocationTotals
    most: AllocationTotals


class KindAllocations(Struct, frozen=True):
    """Allocations of one message kind; `kind` is null for messages that were not understood."""

    kind: str | None
    total: AllocationTally
    stages: tuple[AllocationTally, ...]


class AllocationPass(Struct, frozen=True, tag="allocations", tag_field="collector"):
    """Exact counts. `harness` is what latprobe's own loop asked for: all 0, or a defect in it."""

    messages: int
    kinds: tuple[KindAllocations, ...]
    harness: AllocationTotals
    other_threads: AllocationTotals


PassResult = (
    DigestPass
    | LatencyPass
    | SpanPass
    | CostPass
    | AllocationPass
    | CounterPass
    | SimulationPass
    | CallSitePass
    | MemoryPass
    | TailPass
    | MatchPass
    | InterpreterPass
    | ServicePass
    | SwitchPass
)


class Failure(Struct, frozen=True):
    """Why a fork ended early."""

    reason: Literal["crashed", "hung", "out of memory", "refused"]
    detail: str
    message: int | None
    """Number of the message in hand, from 0; null before the first."""


class Resources(Struct, frozen=True):
    """What the kernel counted for a fork, from its start to its end.

    `migrations` are moves of its first thread to another CPU; null where the kernel does not say,
    for the reason in `migrations_unsupported`.
    """

    seconds: float
    user_s: float
    system_s: float
    max_rss_bytes: int
    minor_faults: int
    major_faults: int
    voluntary_switches: int
    involuntary_switches: int
    migrations: int | None = None
    migrations_unsupported: str | None = None


class Fork(Struct, frozen=True):
    """One fresh process that ran one pass, or one pair of recordings that were matched.

    Either `result` or `failure` is there; in a thinned document results may be missing.
    """

    collector: Collector
    index: int
    cpu: int | None
    resources: Resources
    instrument: Instrument | None = None
    result: PassResult | None = None
    failure: Failure | None = None
    usage: Usage | None = None
    drift: Drift | None = None
    condition: Condition = "warm"
    worker_cpus: tuple[int, ...] = ()
    """Where the target's own threads were; empty where it has none, or no CPU of their own."""
    layout: Layout | None = None


class FeedRecord(Struct, frozen=True):
    """The feed that was replayed."""

    name: str
    protocol: str
    source: str
    importer: str
    sha256: str
    messages: int
    synthetic: bool


class TargetRecord(Struct, frozen=True):
    """The target, as it described itself, and the file that it came from; "" for one not loaded."""

    library: str
    name: str
    family: str
    description: str
    protocol: str
    stages: tuple[str, ...]
    kinds: tuple[str, ...]
    errors: tuple[str, ...]
    sha256: str
    build_id: str | None
    git_revision: str | None
    hops: tuple[Hop, ...] = ()
    interpreter: str | None = None
    """What runs it, where that is Python: `CPython 3.11.7`."""
    git_branch: str | None = None

    @property
    def learns_kinds(self) -> bool:
        """Whether it may answer kinds that it does not declare."""
        return self.interpreter is not None or self.service is not None

    service: ServiceNames | None = None
    """What an asyncio target has watched; null for another."""


class Machine(Struct, frozen=True):
    """Where it was measured."""

    hostname: str
    system: str
    cpu_model: str
    cpus: int
    memory_bytes: int
    hypervisor: bool
    governor: str | None
    python: str


class Span(Struct, frozen=True):
    """Consecutive stages timed as one, by name."""

    first: str
    last: str

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


class Figure(Struct, frozen=True):
    """The merged figures of one row of the table, of one kind or all.

    A row is a stage, a span or `total`; of a target with hops also `end_to_end`, and for each hop
    how long messages stood in its queue (`ring wait`).

    Its times count from when a message was handed over (`service`) or was due (`response`, of
    whole messages in paced driving), under a condition of the caches.
    `cost_ns` is amortised, and null where it is not measured: for one stage of several, and for
    one kind. Amounts are per message that came to the end of the stage, null without the pass.
    `counters` are events of the processor and the kernel for one message, as they were counted, and
    `simulated` those of callgrind's simulation; both with what is derived of them.

    `levels` are what changes in a history are judged by, under the names of the figures that they
    stand for: `mean_ns`, `p50_ns` to `p9999_ns`, `cost_ns` and `throughput_per_s`. Each is the
    median over the forks of that fork's own: its mean, its quantiles interpolated within a bucket
    of the histogram, and its `median_chunk_ns`, so that one disturbed fork moves nothing and no
    nanosecond is rounded. Forks without a sample are left out. Null without a time, and in
    documents from before there were levels.
    """

    stage: str
    kind: str | None
    messages: int
    mean_ns: float | None = None
    min_ns: int | None = None
    p50_ns: int | None = None
    p90_ns: int | None = None
    p99_ns: int | None = None
    p999_ns: int | None = None
    p9999_ns: int | None = None
    max_ns: int | None = None
    cost_ns: float | None = None
    throughput_per_s: float | None = None
    allocations: float | None = None
    frees: float | None = None
    reallocations: float | None = None
    bytes: float | None = None
    max_allocations: int | None = None
    max_bytes: int | None = None
    histogram: str | None = None
    counters: dict[str, float] | None = None
    simulated: dict[str, float] | None = None
    time: Time = "service"
    condition: Condition = "warm"
    levels: dict[str, float] | None = None

    @property
    def is_usual(self) -> bool:
        """Whether it is the one that other runs have as well: warm, and of the work itself."""
        return self.time == "service" and self.condition == "warm"


class VerdictRecord(Struct, frozen=True):
    """One budget's verdict. Figure, interval and limit are in the budget's base unit.

    `simulated` figures are of a simulation, and not of the processor.
    """

    budget: str
    verdict: Literal["pass", "fail", "unproven"]
    figure: float | None
    interval: tuple[float, float] | None
    limit: float
    unit: str
    reason: str
    simulated: bool = False


class Warning(Struct, frozen=True):  # noqa: A001  # the design's word
    """Something that makes a figure worth less, and what would help."""

    problem: str
    advice: str


class RunDocument(Struct, frozen=True):
    """Everything that one run of a scenario found."""

    id: str
    started: str
    seconds: float
    latprobe_version: str
    scenario: Scenario
    feed: FeedRecord
    target: TargetRecord
    machine: Machine
    spans: tuple[Span, ...]
    warmup: int
    messages: int
    forks: tuple[Fork, ...]
    figures: tuple[Figure, ...]
    verdicts: tuple[VerdictRecord, ...] = ()
    warnings: tuple[Warning, ...] = ()
    harness_cost_ns: float | None = None
    platform: Platform | None = None
    depths: tuple[DepthFigure, ...] = ()
    ends: Ends | None = None
    skews: tuple[Skew, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    audit: AuditSettings | None = None
    noise: Noise | None = None
    thinned: bool = False
    """Whether histograms and what single forks measured have been taken out, to save space."""
    machine_class: str | None = None
    """In a thinned document, what its forks said of the class of machines that it is of."""
    memory: tuple[MemoryFigure, ...] = ()
    allocator: AllocatorRecord | None = None
    """What stood in for libc's malloc; null for libc's own."""
    side: Literal["a", "b"] | None = None
    """Of a pair of runs that were measured in turns, which one; null for a run by itself."""
    schema_version: Literal[1] = SCHEMA_VERSION
