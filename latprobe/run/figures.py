"""The merged figures of a run: what its table shows."""

import math
from collections.abc import Iterator
from statistics import fmean
from typing import Any

from latprobe.run.events import counted_figures, simulated_figures
from latprobe.run.levels import QUANTILES, cost_levels, latency_levels
from latprobe.run.measured import RESPONSES, TOTAL, Measured, Met, Times, merged
from latprobe.run.model import AllocationTally, Condition, CostPass, Figure
from latprobe.run.threads import DepthFigure
from latprobe.stats import quantile_rank


def figures_of(measured: Measured) -> tuple[Figure, ...]:
    """A figure for each row, of all kinds and then of each, each with what stands beside it."""
    return tuple(
        figure
        for kind in (None, *measured.kinds)
        for row in measured.rows
        for figure in (_figure(measured, row, kind), *_beside(measured, row, kind))
        if figure is not None
    )


def depths_of(measured: Measured) -> tuple[DepthFigure, ...]:
    """A figure for each hop, of all kinds and then of each that came there."""
    if measured.services:
        queues = dict.fromkeys(it.queue for fork in measured.services for it in fork.depths)
        return tuple(
            _depth(queue, None, met)
            for queue in queues
            if (met := _met(measured.queue_depths(queue))) is not None
        )
    return tuple(
        _depth(hop.name, kind, met)
        for kind in (None, *measured.kinds)
        for hop in measured.hops
        if (met := _met(measured.depths(hop, kind))) is not None
    )


def cost_of(measured: Measured, row: str) -> list[float]:
    """Each cost fork's nanoseconds for a message; empty where there are none for this row.

    The cost of a message is that of its only stage, too. Where there are several, amortised time
    cannot tell them apart.
    """
    return [cost.total_ns / cost.messages for cost in _cost_passes(measured, row)]


def _cost_passes(measured: Measured, row: str) -> tuple[CostPass, ...]:
    if row != TOTAL and (len(measured.stages) > 1 or row not in measured.stages):
        return ()
    return measured.costs


def _figure(measured: Measured, row: str, kind: str | None) -> Figure | None:
    forks = measured.times(row, kind)
    times = merged(forks)
    tally = measured.tally(row, kind)
    costs = _cost_passes(measured, row) if kind is None else ()
    counters = counted_figures(measured, row, kind)
    simulated = simulated_figures(measured, row, kind)
    if not times.count and tally is None and not costs and not counters and not simulated:
        return None
    cost_ns = fmean(cost_of(measured, row)) if costs else None
    return Figure(
        stage=row,
        kind=kind,
        messages=times.count or (tally.messages if tally else 0),
        cost_ns=cost_ns,
        throughput_per_s=1e9 / cost_ns if cost_ns and row == TOTAL else None,
        counters=counters,
        simulated=simulated,
        levels=latency_levels(forks) | cost_levels(costs, is_whole=row == TOTAL) or None,
        **_latency_figures(times),
        **_allocation_figures(tally),
    )


def _beside(measured: Measured, row: str, kind: str | None) -> Iterator[Figure]:
    """The response time of whole messages, and the times under other conditions."""
    response = RESPONSES.get(row)
    if response is not None and (forks := measured.times(response, kind)):
        yield Figure(row, kind, time="response", **_times_alone(forks))
    conditions: tuple[Condition, ...] = ("cold", "idle")
    for condition in conditions:
        if forks := measured.times(row, kind, condition):
            yield Figure(row, kind, condition=condition, **_times_alone(forks))


def _times_alone(forks: list[Times]) -> dict[str, Any]:
    """All that is known of a row of which only times were taken."""
    times = merged(forks)
    return {
        "messages": times.count,
        "levels": latency_levels(forks),
        **_latency_figures(times),
    }


def _met(forks: list[Met]) -> Met | None:
    if not forks:
        return None
    together = Met()
    for met in forks:
        together.histogram.merge(met.histogram)
        together.sum += met.sum
        together.count += met.count
        together.max = max(together.max, met.max)
    return together


def _depth(hop: str, kind: str | None, met: Met) -> DepthFigure:
    def at(quantile: float) -> int:
        return met.histogram.value_at_rank(math.ceil(quantile * met.count))

    return DepthFigure(
        hop=hop,
        kind=kind,
        messages=met.count,
        mean=met.mean,
        p50=at(0.5),
        p90=at(0.9),
        p99=at(0.99),
        p999=at(0.999),
        max=met.max,
        histogram=met.histogram.encode(),
    )


def _latency_figures(times: Times) -> dict[str, Any]:
    if not times.count:
        return {}
    histogram = times.histogram
    quantiles = {
        name: histogram.value_at_rank(quantile_rank(times.count, quantile))
        for name, quantile in QUANTILES.items()
    }
    return {
        "mean_ns": times.mean_ns,
        "min_ns": histogram.min,
        "max_ns": histogram.max,
        "histogram": histogram.encode(),
        **quantiles,
    }


def _allocation_figures(tally: AllocationTally | None) -> dict[str, Any]:
    if tally is None:
        return {}
    return {
        "allocations": tally.sum.allocations / tally.messages,
        "frees": tally.sum.frees / tally.messages,
        "reallocations": tally.sum.reallocations / tally.messages,
        "bytes": tally.sum.bytes / tally.messages,
        "max_allocations": tally.most.allocations,
        "max_bytes": tally.most.bytes,
    }
