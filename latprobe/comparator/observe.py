"""One figure of a run, as far as another run can be held against it."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec

from latprobe.comparator.dimension import unit_of
from latprobe.comparator.estimate_events import value_of_fork
from latprobe.comparator.estimate_latency import FEWEST_BEYOND, too_few_beyond
from latprobe.comparator.evidence import (
    Allocations,
    Cost,
    Depth,
    Errors,
    Events,
    Evidence,
    Instrument,
    Latency,
    Memory,
)
from latprobe.comparator.evidence_for import evidence_for
from latprobe.comparator.figure import Figure, Measure, events_needed
from latprobe.comparator.scope import Scope
from latprobe.run.events import ratio_of
from latprobe.run.observation import Observation
from latprobe.stats import FEWEST_FORKS, Distribution, quantile_rank, resolution_ns
from latprobe.units import format_ns

_SECOND_NS: Final = 1e9
_MEMORY_STEPS: Final = {"rss": 4096.0, "heap": 16.0}
"""Memory is resident by the page, and given out in multiples of this."""

_LEAST_NS: Final = 0.5
"""Times in histograms are whole: one of 0 is less than half a nanosecond, or than the clock saw."""


def observe(scope: Scope, figure: Figure, evidence: Evidence) -> Observation | None:
    """A figure of a scope; None where it was not measured.

    What is a fact about one run alone, such as the longest time, is not observed: there is nothing
    to be sure of when it is another the next time.
    """
    measured = evidence_for(figure, scope, evidence)
    stage = scope.first if scope.first == scope.last else f"{scope.first}..{scope.last}"
    blank = Observation(stage, scope.kind, figure.name, unit_of(figure.dimensions[0]))
    found: Observation | None = None
    match measured:
        case Latency():
            found = _latency(blank, figure, measured)
        case Cost():
            found = _cost(blank, figure, measured)
        case Depth():
            found = _depth(blank, figure, measured)
        case Allocations():
            found = _allocations(blank, figure, measured)
        case Events():
            found = _events(blank, figure, measured)
        case Memory() if figure.measure is Measure.MEMORY_MOST:
            found = _most_memory(blank, figure, measured)
        case Errors() if figure.measure is Measure.ERRORS and measured.messages:
            found = _exact(blank, Fraction(measured.count, measured.messages))
    return found


def _latency(blank: Observation, figure: Figure, latency: Latency) -> Observation | None:
    if latency.merged.count == 0 or figure.measure in (Measure.SMALLEST, Measure.LARGEST):
        return None
    if figure.quantile is None:
        means = list(latency.fork_means_ns)
        mean = math.fsum(means) / len(means) if latency.mean_ns is None else latency.mean_ns
        found = _over_forks(blank, mean, means)
        if mean < latency.instrument.offset_error_ns:
            return _under(found, latency.instrument.offset_error_ns, "the cost would")
        return found
    found = _quantile(blank, figure.quantile, latency.merged, latency.forks)
    if found.value is None:
        return found
    return _by_the_clock(found, latency.instrument)


def _by_the_clock(found: Observation, instrument: Instrument) -> Observation:
    assert found.value is not None
    step = max(instrument.granularity_ns, 1.0)
    if found.value < instrument.granularity_ns:
        return _under(found, step, "the mean or the cost would")
    return msgspec.structs.replace(found, step=step + resolution_ns(found.value))


def _under(found: Observation, step_ns: float, advice: str) -> Observation:
    problem = f"it is under the {format_ns(step_ns)} that the clock can tell"
    return msgspec.structs.replace(found, value=None, problem=problem, advice=advice)


def _depth(blank: Observation, figure: Figure, depth: Depth) -> Observation | None:
    if depth.merged.count == 0 or figure.measure in (Measure.SMALLEST, Measure.LARGEST):
        return None
    if figure.quantile is None:
        means = list(depth.fork_means)
        return _over_forks(blank, math.fsum(means) / len(means), means)
    found = _quantile(blank, figure.quantile, depth.merged, depth.forks)
    if found.value is None:
        return found
    return msgspec.structs.replace(found, step=1.0 + resolution_ns(found.value))


def _quantile(
    blank: Observation, quantile: Fraction, merged: Distribution, forks: Sequence[Distribution]
) -> Observation:
    count = merged.count
    too_few = too_few_beyond(blank.figure, quantile, count, FEWEST_BEYOND, "run")
    if too_few is not None:
        problem, _, advice = too_few.reason.partition(": ")
        return msgspec.structs.replace(blank, problem=problem, advice=f"{advice} to see more")
    rank = quantile_rank(count, quantile)
    value = merged.value_at_rank(rank)
    values = [it.value_at_rank(quantile_rank(it.count, quantile)) for it in forks if it.count]
    # One standard deviation of the number of samples at or under the quantile, either way.
    reach = math.ceil(math.sqrt(count * float(quantile * (1 - quantile))))
    low = merged.value_at_rank(max(1, rank - reach))
    high = merged.value_at_rank(min(count, rank + reach))
    within = math.log(max(high, _LEAST_NS) / max(low, _LEAST_NS)) / 2
    found = _over_forks(blank, value, [max(it, _LEAST_NS) for it in values])
    return msgspec.structs.replace(found, within=within)


def _cost(blank: Observation, figure: Figure, cost: Cost) -> Observation:
    costs = list(cost.fork_costs_ns)
    mean = math.fsum(costs) / len(costs)
    if min(costs) <= cost.instrument.error_ns / cost.messages:
        problem = "the messages of a fork took less than the clock can tell"
        return msgspec.structs.replace(blank, problem=problem, advice="run more of them")
    if figure.measure is Measure.COST:
        return _over_forks(blank, mean, costs)
    return _over_forks(blank, _SECOND_NS / mean, [_SECOND_NS / it for it in costs])


def _allocations(blank: Observation, figure: Figure, counted: Allocations) -> Observation | None:
    if counted.messages == 0 or figure.counted is None:
        return None
    amount = counted.amount(figure.counted)
    if figure.measure is Measure.MOST:
        return _exact(blank, Fraction(amount.most))
    return _exact(blank, Fraction(amount.total, counted.messages))


def _events(blank: Observation, figure: Figure, events: Events) -> Observation | None:
    assert figure.counted is not None
    needed = events_needed(figure)
    if events.simulated_messages and all(it in events.simulated for it in needed):
        if figure.measure is Measure.RATIO:
            each = ratio_of(figure.counted, events.simulated)
        else:
            each = Fraction(events.simulated[figure.counted], events.simulated_messages)
        if each is None:
            return None
        return msgspec.structs.replace(_exact(blank, each), simulated=True)
    values = [it for fork in events.forks if (it := value_of_fork(figure, fork)) is not None]
    if not values:
        return None
    return _over_forks(blank, math.fsum(values) / len(values), values)


def _most_memory(blank: Observation, figure: Figure, memory: Memory) -> Observation | None:
    """Not a fact about one run alone: where the memory comes from, forks are alike."""
    assert figure.counted is not None
    values = [float(it.most) for it in memory.courses[figure.counted]]
    if not values:
        return None
    found = _over_forks(blank, math.fsum(values) / len(values), values)
    return msgspec.structs.replace(found, step=_MEMORY_STEPS[figure.counted])


def _exact(blank: Observation, value: Fraction) -> Observation:
    return msgspec.structs.replace(blank, value=float(value), exact=True)


def _over_forks(blank: Observation, value: float, forks: Sequence[float]) -> Observation:
    found = msgspec.structs.replace(blank, value=float(value), forks=tuple(map(float, forks)))
    problem, advice = "", ""
    if len(forks) < FEWEST_FORKS:
        problem = "there is a single fork, and how much forks differ is not known"
        advice = "two forks or more would"
    elif value != 0 and min(forks) <= 0:
        problem, advice = "it is 0 in some forks", "more messages would"
    return msgspec.structs.replace(found, problem=problem, advice=advice)
