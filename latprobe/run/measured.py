"""What the forks of a run measured, by row: a stage, a span of stages, or `total`."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from latprobe._core import Histogram
from latprobe.run.counters import CounterPass, SimulationPass, Unsupported
from latprobe.run.matched import MatchedTimes, MatchPass, OtherTimes
from latprobe.run.memory import MemoryPass
from latprobe.run.model import (
    AllocationPass,
    AllocationTally,
    AllocationTotals,
    Condition,
    CostPass,
    DigestPass,
    Fork,
    Instrument,
    KindAllocations,
    LatencyPass,
    PassResult,
    Span,
    SpanPass,
)
from latprobe.run.pacing import Pacing
from latprobe.run.service import DECISION_RESPONSE, MESSAGE_TO_DECISION, ServicePass
from latprobe.run.sums import Met as Met  # noqa: PLC0414  # are had from here
from latprobe.run.sums import Times as Times  # noqa: PLC0414
from latprobe.run.sums import merged as merged  # noqa: PLC0414
from latprobe.run.sums import met_in
from latprobe.run.threads import Ends, Hop, Skew
from latprobe.run.times import KindTimes, StageTimes

_Result = TypeVar("_Result", bound=PassResult)

TOTAL = "total"
"""The row of the whole message."""

RESPONSE = ""
"""The same from when it was due. No stage is called so: a name is never empty."""

END_TO_END = "end_to_end"
"""The row of the whole message until its last thread was done with it; of targets with hops."""

END_TO_END_RESPONSE = "\0"
"""The same from when it was due. No name holds such a character."""

RESPONSES = {
    TOTAL: RESPONSE,
    END_TO_END: END_TO_END_RESPONSE,
    MESSAGE_TO_DECISION: DECISION_RESPONSE,
}
"""The rows that have response times, and the rows of those."""

REJECTED = "(rejected)"
"""What the messages that the target did not understand are called where kinds are listed."""


def row_names(stages: Sequence[str], hops: Sequence[Hop], spans: Sequence[str]) -> tuple[str, ...]:
    """All rows in the order in which they are shown: that in which a message comes to them."""
    along = [
        name
        for index, stage in enumerate(stages)
        for name in (*(wait_of(hop) for hop in hops if hop.stage == index), stage)
    ]
    return (*along, *spans, TOTAL, *([END_TO_END] if hops else []))


def wait_of(hop: Hop) -> str:
    """The row of how long messages stood in a hop's queue."""
    return f"{hop.name} wait"


class Measured:
    """Reads the results of forks; each histogram is decoded once.

    Args:
        stages: The target's stages, in order.
        spans: Consecutive stages that were timed as one.
        forks: All forks of the run, failed ones among them.
        hops: The target's hops, in order.
        skews: By how much the clocks of its threads' CPUs differ.
        unsupported: What could not be measured here.
    """

    def __init__(
        self,
        stages: Sequence[str],
        spans: Sequence[Span],
        forks: Sequence[Fork],
        hops: Sequence[Hop] = (),
        skews: Sequence[Skew] = (),
        unsupported: Sequence[Unsupported] = (),
    ) -> None:
        self.stages = tuple(stages)
        self.spans = tuple(str(span) for span in spans)
        self.forks = tuple(forks)
        self.hops = tuple(hops)
        self.skews = tuple(skews)
        self.unsupported = tuple(unsupported)

    @property
    def rows(self) -> tuple[str, ...]:
        """All rows, in the order in which they are shown."""
        if self.services:
            return tuple(dict.fromkeys(it.row for fork in self.services for it in fork.times))
        return row_names(self.stages, self.hops, self.spans)

    @cached_property
    def across_threads(self) -> frozenset[str]:
        """The rows of times that begin on one thread and end on another."""
        return frozenset((END_TO_END, END_TO_END_RESPONSE, *(wait_of(hop) for hop in self.hops)))

    @property
    def skew_ns(self) -> float:
        """The most that a time across threads may be off; 0 where their CPUs are one."""
        return max((skew.error_ns for skew in self.skews), default=0.0)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The message kinds that were seen, in the target's order."""
        seen: dict[str, None] = {}
        for result in self._results(LatencyPass):
            seen.update(dict.fromkeys(_label(kind.kind) for kind in result.kinds))
        for matched in self.matches:
            seen.update(dict.fromkeys(kind.kind for kind in matched.kinds))
        return tuple(seen)

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """What each fork that timed anything measured with."""
        return tuple(fork.instrument for fork in self.forks if fork.instrument is not None)

    @cached_property
    def digest(self) -> DigestPass | None:
        """What the target understood."""
        return next(self._results(DigestPass), None)

    @cached_property
    def costs(self) -> tuple[CostPass, ...]:
        """Each cost fork's result."""
        return tuple(self._results(CostPass))

    @cached_property
    def allocations(self) -> AllocationPass | None:
        """What was counted."""
        return next(self._results(AllocationPass), None)

    @cached_property
    def counters(self) -> tuple[CounterPass, ...]:
        """What the kernel's counters said, in each fork."""
        return tuple(self._results(CounterPass))

    @cached_property
    def memories(self) -> tuple[MemoryPass, ...]:
        """What memory each fork had that was looked at for it."""
        return tuple(self._results(MemoryPass))

    @cached_property
    def simulation(self) -> SimulationPass | None:
        """What was simulated."""
        return next(self._results(SimulationPass), None)

    @cached_property
    def latencies(self) -> tuple[LatencyPass, ...]:
        """Each latency fork's result, under whatever condition."""
        return tuple(self._results(LatencyPass))

    @cached_property
    def matches(self) -> tuple[MatchPass, ...]:
        """Each pair of recordings that was matched; there are none where a target was run."""
        return tuple(self._results(MatchPass))

    @cached_property
    def services(self) -> tuple[ServicePass, ...]:
        """Each fork of an asyncio target; there are none of another."""
        return tuple(self._results(ServicePass))

    @property
    def pacings(self) -> tuple[Pacing, ...]:
        """How well each latency fork of paced driving kept its plan."""
        return tuple(result.pacing for result in self.latencies if result.pacing is not None)

    @cached_property
    def timed_apart(self) -> frozenset[str]:
        """Stages that were timed in forks of their own, without their neighbours' marks."""
        return frozenset(
            self.stages[result.span.first]
            for result in self._results(SpanPass)
            if result.span.first == result.span.last
        )

    def has_condition(self, condition: Condition) -> bool:
        """Whether a latency fork under a condition came to its end."""
        return bool(self._decoded[condition])

    def times(
        self, row: str, kind: str | None = None, condition: Condition = "warm"
    ) -> list[Times]:
        """Each fork's times of a row, of one kind or of all; forks without one left out.

        The rows of `RESPONSES` are those of whole messages from when they were due.
        """
        found = [self._fork_times(forked, row, kind) for forked in self._decoded[condition]]
        return [times for times in found if times.count]

    @property
    def service_queues(self) -> tuple[str, ...]:
        """The queues of an asyncio target that anything came to."""
        return tuple(dict.fromkeys(it.queue for fork in self.services for it in fork.depths))

    def queue_depths(self, queue: str) -> list[Met]:
        """What entries met in a queue of an asyncio target, in each fork."""
        found = [it.depth for fork in self.services for it in fork.depths if it.queue == queue]
        return [met for depth in found if (met := met_in(depth)).count]

    def depths(self, hop: Hop, kind: str | None = None) -> list[Met]:
        """What messages of one kind or of all met in a hop's queue, in each usual latency fork."""
        index = self.hops.index(hop)
        forks: list[Met] = []
        for result in self._usual:
            met = Met()
            for times in result.kinds:
                queue = times.hops[index] if index < len(times.hops) else None
                if queue is not None and kind in (None, _label(times.kind)):
                    met.add(queue.depth)
            if met.count:
                forks.append(met)
        return forks

    @cached_property
    def ends(self) -> Ends | None:
        """What became of messages; None for a target without hops, or where none were timed."""
        if self.services:
            return Ends(
                messages=sum(it.messages for it in self.services),
                superseded=sum(it.superseded for it in self.services),
                dropped=sum(it.dropped for it in self.services),
            )
        if not self.hops or not self._usual:
            return None
        kinds = [kind for result in self._usual for kind in result.kinds]
        return Ends(
            messages=sum(kind.total.count for kind in kinds),
            superseded=sum(kind.superseded for kind in kinds),
            dropped=sum(kind.dropped for kind in kinds),
        )

    @property
    def _usual(self) -> list[LatencyPass]:
        """The latency forks under no condition."""
        return [
            fork.result
            for fork in self.forks
            if isinstance(fork.result, LatencyPass) and fork.condition == "warm"
        ]

    def tally(self, row: str, kind: str | None = None) -> AllocationTally | None:
        """Allocations of a row; None without the pass, for what is no stage, and if never seen."""
        if self.allocations is None or row not in (*self.stages, TOTAL):
            return None
        tallies = [
            _tally_of(counted, self.stages, row)
            for counted in self.allocations.kinds
            if kind is None or _label(counted.kind) == kind
        ]
        seen = [tally for tally in tallies if tally.messages]
        if not seen:
            return None
        return AllocationTally(
            messages=sum(tally.messages for tally in seen),
            sum=_totals([tally.sum for tally in seen], sum),
            most=_totals([tally.most for tally in seen], max),
        )

    @cached_property
    def _decoded(self) -> dict[Condition, list[dict[tuple[str, str], Times]]]:
        """For each condition and fork that timed messages, the times of each kind and row."""
        decoded: dict[Condition, list[dict[tuple[str, str], Times]]]
        decoded = {"warm": [], "cold": [], "idle": []}
        for fork in self.forks:
            match fork.result:
                case LatencyPass() as result:
                    decoded[fork.condition].append(self._latency_rows(result, fork.condition))
                case SpanPass() as result:
                    row = self._name(result)
                    times = {(_label(kind.kind), row): _decode(kind.times) for kind in result.kinds}
                    decoded[fork.condition].append(times)
                case ServicePass() as result:
                    times = {(TOTAL, row): _decode(it) for row, it in result.rows()}
                    decoded[fork.condition].append(times)
                case MatchPass() as result:
                    times = {(kind.kind, TOTAL): _decode(kind) for kind in result.kinds}
                    decoded[fork.condition].append(times)
        return decoded

    def _latency_rows(
        self, result: LatencyPass, condition: Condition
    ) -> dict[tuple[str, str], Times]:
        elsewhere = self.timed_apart if condition == "warm" else frozenset()
        return {
            (_label(kind.kind), row): _decode(times)
            for kind in result.kinds
            for row, times in self._rows_of(kind)
            if times is not None and row not in elsewhere
        }

    def _rows_of(self, kind: KindTimes) -> Iterator[tuple[str, StageTimes | None]]:
        yield from zip(self.stages, kind.stages, strict=True)
        yield TOTAL, kind.total
        yield RESPONSE, kind.response
        yield END_TO_END, kind.end_to_end
        yield END_TO_END_RESPONSE, kind.end_to_end_response
        for hop, times in zip(self.hops, kind.hops, strict=False):
            # Of a kind of which nothing was taken out of the queue there is no wait.
            if times is not None and times.wait.count:
                yield wait_of(hop), times.wait

    def _name(self, result: SpanPass) -> str:
        first, last = self.stages[result.span.first], self.stages[result.span.last]
        return first if first == last else str(Span(first, last))

    def _fork_times(
        self, decoded: dict[tuple[str, str], Times], row: str, kind: str | None
    ) -> Times:
        if kind is not None:
            return decoded.get((kind, row), Times())
        all_kinds = Times()
        for (_, its_row), times in decoded.items():
            if its_row == row:
                all_kinds.add(times)
        return all_kinds

    def _results(self, result_type: type[_Result]) -> Iterator[_Result]:
        return (fork.result for fork in self.forks if isinstance(fork.result, result_type))


def _label(kind: str | None) -> str:
    return REJECTED if kind is None else kind


def other_times(matched: MatchPass, kind: str | None = None) -> Times:
    """The times of two recordings, were each ambiguous answer the other end's."""
    source = matched if matched.other is None else matched.other
    return merged(_decode(it) for it in source.kinds if kind in (None, it.kind))


def blocks_of(matched: MatchPass | OtherTimes, kind: str | None = None) -> list[Times]:
    """The times of each block of two matched recordings, of one kind or of all."""
    blocks = (
        merged(_decode(it) for it in block.kinds if kind in (None, it.kind))
        for block in matched.blocks
    )
    return [times for times in blocks if times.count]


def _decode(times: StageTimes | MatchedTimes) -> Times:
    return Times(Histogram.decode(times.histogram), times.sum_ns, times.count)


def _tally_of(counted: KindAllocations, stages: tuple[str, ...], row: str) -> AllocationTally:
    return counted.total if row == TOTAL else counted.stages[stages.index(row)]


def _totals(
    totals: list[AllocationTotals], combine: Callable[[Iterator[int]], int]
) -> AllocationTotals:
    return AllocationTotals(
        allocations=combine(it.allocations for it in totals),
        frees=combine(it.frees for it in totals),
        reallocations=combine(it.reallocations for it in totals),
        bytes=combine(it.bytes for it in totals),
    )
