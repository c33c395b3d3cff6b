"""Run documents that are made up, through the real model and with real histograms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from latprobe._core import Histogram
from latprobe.run.counters import CounterPass, SimulationPass, Unsupported
from latprobe.run.figures import depths_of, figures_of
from latprobe.run.measured import END_TO_END, TOTAL, Measured, wait_of
from latprobe.run.memory import MemoryPass
from latprobe.run.memory_figures import memory_figures
from latprobe.run.model import (
    AllocationPass,
    AllocationTally,
    AllocationTotals,
    Calibration,
    ClockReading,
    Collector,
    CostPass,
    DigestPass,
    Failure,
    FeedRecord,
    Fork,
    Instrument,
    KindAllocations,
    KindDigest,
    KindSpan,
    LatencyPass,
    Machine,
    PassResult,
    Resources,
    RunDocument,
    Span,
    SpanEnds,
    SpanPass,
    TailPass,
    TargetRecord,
    VerdictRecord,
    Warning,  # noqa: A004  # the design's word
)
from latprobe.run.platform import Platform, Usage
from latprobe.run.slow_message import ReplayedMessage, TailMessage
from latprobe.run.threads import Hop, Skew
from latprobe.run.times import Depths, HopTimes, KindTimes, StageTimes
from latprobe.scenario import Scenario, TargetReference

Counts = Mapping[int, int]
"""How many messages took so many nanoseconds."""

NO_ALLOCATIONS = AllocationTotals(0, 0, 0, 0)
MACHINE = Machine("lab", "Linux 6.12", "Ryzen 9", 8, 32 * 2**30, True, None, "3.11.2")


@dataclass(frozen=True)
class MadeRun:
    """What is made up of a run; each latency fork measures the same.

    Attributes:
        times: For each kind, the counts of each row that it came through; `total` must be among
            them.
        costs_ns: What a message cost in each cost fork.
        allocations: For each kind, of one message of it; each stage is said to do the same. A kind
            has to have times as well.
        granularity_ns: The clock's step.
        failures: Forks that ended early.
        digested: How many messages the target said what it understood of.
        config: Handed to the target.
        tails: The slowest messages of each latency fork, from the first on.
        replays: The times of messages in each fork that replayed the tail.
        memories: What memory each fork had that was looked at for it.
        platform: What an idle control saw.
        usage: What the kernel counted during each pass.
        hops: Queues between the target's threads.
        depths: For each hop, how many messages each met there; those of each kind alike.
        superseded: Messages of each kind whose place a newer one took, in each latency fork.
        dropped: Messages of each kind that were given up, in each latency fork.
        skews: By how much the clocks of its threads' CPUs differ.
        worker_cpus: Where the target's threads were.
    """

    scenario: str = "itch50-after"
    description: str = ""
    target: str = "itch50-after"
    family: str = "itch50"
    stages: tuple[str, ...] = ("parse",)
    spans: tuple[Span, ...] = ()
    times: Mapping[str, Mapping[str, Counts]] = field(default_factory=dict)
    costs_ns: Sequence[float] = ()
    allocations: Mapping[str, AllocationTotals] = field(default_factory=dict)
    granularity_ns: float = 10.0
    offset_error_ns: float = 0.4
    forks: int = 2
    failures: Sequence[tuple[Collector, Failure]] = ()
    errors: Mapping[str, int] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    verdicts: tuple[VerdictRecord, ...] = ()
    warnings: tuple[Warning, ...] = ()
    synthetic: bool = True
    feed_sha256: str = "5f" * 32
    harness_cost_ns: float | None = 1.25
    digested: int = 1_000
    config: Mapping[str, int] = field(default_factory=dict)
    tails: Sequence[Sequence[TailMessage]] = ()
    replays: Sequence[Mapping[int, float]] = ()
    platform: Platform | None = None
    usage: Usage | None = None
    hops: tuple[Hop, ...] = ()
    depths: Mapping[str, Counts] = field(default_factory=dict)
    superseded: int = 0
    dropped: int = 0
    skews: tuple[Skew, ...] = ()
    worker_cpus: tuple[int, ...] = (0,)
    counted: Sequence[CounterPass] = ()
    memories: Sequence[MemoryPass] = ()
    simulation: SimulationPass | None = None
    unsupported: tuple[Unsupported, ...] = ()
    counters: bool | tuple[str, ...] = True

    def document(self) -> RunDocument:
        """The run document."""
        forks = tuple(self._forks())
        measured = Measured(self.stages, self.spans, forks, self.hops, self.skews)
        return RunDocument(
            id=f"{self.scenario}-20261120-101500",
            started="2026-11-20T10:15:00Z",
            seconds=4.25,
            latprobe_version="0.1.0",
            scenario=Scenario(
                self.scenario,
                "feed",
                TargetReference("lib.so", self.target, dict(self.config)),
                self.description,
                counters=self.counters,
            ),
            feed=FeedRecord(
                "itch50", "itch50", "seed 1", "latprobe", self.feed_sha256, 1_000, self.synthetic
            ),
            target=self._target(),
            machine=MACHINE,
            spans=self.spans,
            warmup=100,
            messages=1_000,
            forks=forks,
            figures=figures_of(measured),
            memory=tuple(memory_figures(measured)),
            verdicts=self.verdicts,
            warnings=self.warnings,
            harness_cost_ns=self.harness_cost_ns,
            platform=self.platform,
            depths=depths_of(measured),
            ends=measured.ends,
            unsupported=self.unsupported,
            skews=self.skews,
        )

    def _target(self) -> TargetRecord:
        kinds, errors = tuple(self.times), tuple(self.errors)
        about = ("libtargets.so", self.target, self.family, "made up", "itch50")
        return TargetRecord(
            *about, self.stages, kinds, errors, "ab" * 32, None, "1f" * 20, self.hops
        )

    def _forks(self) -> list[Fork]:
        instrument = Instrument(
            ClockReading("tsc", 2.6e9, self.granularity_ns, 8.7),
            Calibration(17.0, self.offset_error_ns, 1.0, 0.675),
        )
        forks: list[Fork] = []

        def add(collector: Collector, result: PassResult, instrument: Instrument | None) -> None:
            index = sum(1 for fork in forks if fork.collector == collector)
            forks.append(
                Fork(
                    collector,
                    index,
                    1,
                    _resources(),
                    instrument,
                    result,
                    usage=self.usage,
                    worker_cpus=self.worker_cpus if self.hops else (),
                )
            )

        add("digest", self._digest(), None)
        for index in range(self.forks if self.times else 0):
            add("latency", self._latency(index), instrument)
            for span in self.spans:
                add("span", self._span(span), instrument)
        for cost_ns in self.costs_ns:
            add("cost", CostPass(1_000, 1_000, cost_ns * 1_000, cost_ns), instrument)
        seen: list[CounterPass | MemoryPass] = [*self.counted, *self.memories]
        for result in seen:
            add("memory" if isinstance(result, MemoryPass) else "counters", result, None)
        if self.simulation is not None:
            add("simulation", self.simulation, None)
        if self.allocations:
            add("allocations", self._allocations(), None)
        for times in self.replays:
            messages = tuple(ReplayedMessage(*time) for time in times.items())
            add("tail", TailPass(messages), instrument)
        for collector, failure in self.failures:
            index = sum(1 for fork in forks if fork.collector == collector)
            forks.append(Fork(collector, index, 1, _resources(), failure=failure))
        return forks

    def _digest(self) -> DigestPass:
        kinds = tuple(
            KindDigest(kind, sum(rows[TOTAL].values()), sum(rows[TOTAL].values()), "00c0ffee" * 2)
            for kind, rows in self.times.items()
        )
        first_error = 17 if self.errors else None
        return DigestPass(self.digested, kinds, dict(self.errors), first_error, dict(self.metrics))

    def _latency(self, index: int) -> LatencyPass:
        kinds = tuple(
            KindTimes(
                kind,
                stage_times(rows[TOTAL]),
                tuple(_times_of(rows, stage) for stage in self.stages),
                end_to_end=_times_of(rows, END_TO_END),
                hops=tuple(self._hop(hop, rows) for hop in self.hops),
                superseded=self.superseded,
                dropped=self.dropped,
            )
            for kind, rows in self.times.items()
        )
        tail = tuple(self.tails[index]) if index < len(self.tails) else ()
        return LatencyPass(sum(kind.total.count for kind in kinds), 0, kinds, tail=tail)

    def _hop(self, hop: Hop, rows: Mapping[str, Counts]) -> HopTimes | None:
        if hop.name not in self.depths:
            return None
        met = stage_times(self.depths[hop.name])
        most = max(self.depths[hop.name])
        depth = Depths(met.count, int(met.sum_ns), most, met.histogram)
        return HopTimes(stage_times(rows.get(wait_of(hop), {})), depth)

    def _span(self, span: Span) -> SpanPass:
        ends = SpanEnds(self.stages.index(span.first), self.stages.index(span.last))
        kinds = tuple(
            KindSpan(kind, stage_times(rows[str(span)]))
            for kind, rows in self.times.items()
            if str(span) in rows
        )
        return SpanPass(ends, sum(kind.times.count for kind in kinds), 0, kinds)

    def _allocations(self) -> AllocationPass:
        kinds = tuple(
            KindAllocations(
                kind,
                _tally(each, 100),
                tuple(_tally(each, 100 * (stage in self.times[kind])) for stage in self.stages),
            )
            for kind, each in self.allocations.items()
        )
        return AllocationPass(1_000, kinds, NO_ALLOCATIONS, NO_ALLOCATIONS)


def stage_times(counts: Counts) -> StageTimes:
    """Times of one stage, as a fork writes them."""
    histogram = Histogram()
    for value_ns, count in counts.items():
        histogram.record(value_ns, count)
    sum_ns = float(sum(value_ns * count for value_ns, count in counts.items()))
    return StageTimes(sum(counts.values()), sum_ns, histogram.encode())


def platform(stalls: Counts, watched_ns: float = 1e9) -> Platform:
    """What a control says that saw so many stalls of so many nanoseconds."""
    histogram = stage_times(stalls)
    return Platform(
        place="beside",
        cpu=0,
        threshold_ns=1_000.0,
        watched_ns=watched_ns,
        count=histogram.count,
        longest_ns=float(max(stalls, default=0)),
        stalled_ns=histogram.sum_ns,
        share=histogram.sum_ns / watched_ns,
        histogram=histogram.histogram,
        preempted=0,
        preempted_ns=0.0,
    )


def _times_of(rows: Mapping[str, Counts], row: str) -> StageTimes | None:
    return stage_times(rows[row]) if row in rows else None


def _tally(each: AllocationTotals, messages: int) -> AllocationTally:
    """Of so many messages that all do the same."""
    total = AllocationTotals(
        each.allocations * messages,
        each.frees * messages,
        each.reallocations * messages,
        each.bytes * messages,
    )
    return AllocationTally(messages, total, each if messages else NO_ALLOCATIONS)


def _resources() -> Resources:
    return Resources(0.5, 0.4, 0.1, 30 * 2**20, 100, 0, 1, 2)
