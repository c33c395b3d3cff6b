"""What a run measured of the part of a target's work that a budget is about."""

from collections.abc import Sequence
from typing import Literal

from latprobe._core import Histogram
from latprobe.comparator.evidence import (
    Allocations,
    Amount,
    Cost,
    Depth,
    Errors,
    Evidence,
    Instrument,
    Latency,
    Unmeasured,
)
from latprobe.comparator.gather_events import events_of
from latprobe.comparator.gather_match import evidence_of_match
from latprobe.comparator.gather_memory import memory_of
from latprobe.comparator.hop_scope import hop_of, is_depth
from latprobe.comparator.scope import WHOLE, Scope
from latprobe.run.figures import cost_of
from latprobe.run.measured import RESPONSES, TOTAL, Measured, Times, merged
from latprobe.run.model import AllocationTally, Condition, DigestPass


def evidence_of(measured: Measured, scope: Scope) -> Evidence:
    """Everything that was measured of `scope`."""
    if measured.matches:
        return evidence_of_match(measured, scope, instrument_of(measured))
    row = scope.first if scope.first == scope.last else f"{scope.first}..{scope.last}"
    return Evidence(
        latency=_latency(measured, row, measured.times(row, scope.kind)),
        response=_response(measured, row, scope.kind),
        cold=_under(measured, "cold", 'cache = "cold"', row, scope.kind),
        idle=_under(measured, "idle", 'idle = "50us"', row, scope.kind),
        cost=_cost(measured, row, scope.kind),
        allocations=_allocations(measured, row, scope.kind),
        events=events_of(measured, row, scope.kind),
        memory=memory_of(measured),
        errors=_errors(measured, scope),
        depth=_depth(measured, scope),
        superseded=_ended(measured, "superseded"),
        dropped=_ended(measured, "dropped"),
    )


def _response(measured: Measured, row: str, kind: str | None) -> Latency | Unmeasured:
    if row not in RESPONSES:
        return Unmeasured("response time is that of the whole message")
    if not measured.pacings and not measured.services:
        return Unmeasured(
            "no latency pass came to its end by a plan of when messages are due; a `mode` of "
            "`recorded`, `rate`, `poisson` or `burst` in [drive] makes one"
        )
    return _latency(measured, row, measured.times(RESPONSES[row], kind))


def _under(
    measured: Measured, condition: Condition, setting: str, row: str, kind: str | None
) -> Latency | Unmeasured:
    if not measured.has_condition(condition):
        return Unmeasured(
            f"no {condition} latency pass came to its end; `{setting}` in [drive] asks for one"
        )
    return _latency(measured, row, measured.times(row, kind, condition))


def _latency(measured: Measured, row: str, forks: Sequence[Times]) -> Latency | Unmeasured:
    instrument = instrument_of(measured, row)
    if instrument is None:
        return Unmeasured("no latency pass came to its end")
    return Latency(
        merged=merged(forks).histogram,
        forks=[fork.histogram for fork in forks],
        fork_means_ns=[fork.mean_ns for fork in forks],
        instrument=instrument,
    )


def _cost(measured: Measured, row: str, kind: str | None) -> Cost | Unmeasured:
    instrument = instrument_of(measured, row)
    if not measured.costs or instrument is None:
        return Unmeasured("no cost pass came to its end")
    if kind is not None:
        return Unmeasured(
            "cost is the time of many messages of all kinds: for one kind, ask for its mean"
        )
    costs = cost_of(measured, row)
    if not costs:
        return Unmeasured(
            f"cost is the time of many whole messages: `{TOTAL}` has one, and a stage among "
            "several has not; ask for its mean"
        )
    return Cost(costs, min(it.chunk_messages for it in measured.costs), instrument)


def _allocations(measured: Measured, row: str, kind: str | None) -> Allocations | Unmeasured:
    if measured.allocations is None:
        return Unmeasured("the allocation pass did not come to its end")
    if row in measured.spans:
        return Unmeasured("allocations are counted for each stage: set a budget on each")
    tally = measured.tally(row, kind)
    if tally is None:
        return Unmeasured(f"no message came through {row if kind is None else f'{row}[{kind}]'}")
    return Allocations(
        messages=tally.messages,
        allocations=_amount(tally, "allocations"),
        frees=_amount(tally, "frees"),
        reallocations=_amount(tally, "reallocations"),
        bytes=_amount(tally, "bytes"),
    )


def _amount(tally: AllocationTally, counted: str) -> Amount:
    return Amount(getattr(tally.sum, counted), getattr(tally.most, counted))


def _errors(measured: Measured, scope: Scope) -> Errors | Unmeasured:
    digest: DigestPass | None = measured.digest
    if measured.services and scope == WHOLE:
        failed = sum(sum(it.errors.values()) for it in measured.services)
        return Errors(failed, sum(it.messages for it in measured.services))
    if digest is None:
        return Unmeasured("the verifying pass did not come to its end")
    if scope != WHOLE:
        return Unmeasured("errors are counted for whole messages of every kind")
    return Errors(sum(digest.errors.values()), digest.messages)


def _depth(measured: Measured, scope: Scope) -> Depth | Unmeasured:
    name = hop_of(scope.first) if is_depth(scope.first) else None
    hop = next((hop for hop in measured.hops if hop.name == name), None)
    if name is None or (hop is None and not measured.services):
        return Unmeasured("depths are those of queues")
    forks = measured.queue_depths(name) if hop is None else measured.depths(hop, scope.kind)
    if not forks:
        return Unmeasured("no latency pass came to its end, or no message to the queue")
    together = Histogram()
    for met in forks:
        together.merge(met.histogram)
    return Depth(
        merged=together,
        forks=[met.histogram for met in forks],
        fork_means=[met.mean for met in forks],
        most=max(met.max for met in forks),
    )


def _ended(measured: Measured, how: Literal["superseded", "dropped"]) -> Errors | Unmeasured:
    if not measured.hops and not measured.services:
        return Unmeasured(f"messages are {how} between threads, and this target declares no hop")
    if measured.ends is None:
        return Unmeasured("no latency pass came to its end")
    return Errors(getattr(measured.ends, how), measured.ends.messages)


def instrument_of(measured: Measured, row: str = TOTAL) -> Instrument | None:
    """The coarsest clock and the largest error of any fork: what holds for all of them.

    The error is twice the standard error of the offset, as in an interval of 95 %. What begins on
    one CPU and ends on another is off by as much as their clocks may differ, besides.
    """
    if not measured.instruments:
        return None
    skew_ns = measured.skew_ns if row in measured.across_threads else 0.0
    return Instrument(
        granularity_ns=max(it.clock.granularity_ns for it in measured.instruments),
        offset_error_ns=max(2 * it.calibration.offset_error_ns for it in measured.instruments)
        + skew_ns,
    )
