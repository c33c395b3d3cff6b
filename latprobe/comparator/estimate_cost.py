"""Figures of many messages between two readings of the clock."""

import math

from latprobe.comparator.dimension import format_amount
from latprobe.comparator.estimate import (
    CONFIDENCE,
    Estimate,
    Range,
    Undecidable,
    one_fork,
)
from latprobe.comparator.evidence import Cost
from latprobe.comparator.figure import Figure, Measure
from latprobe.stats import FEWEST_FORKS, Interval, mean_interval
from latprobe.units import format_share

NANOSECONDS_A_SECOND = 1e9


def estimate_cost(figure: Figure, cost: Cost, where: str) -> Estimate | Undecidable:
    """The amortised cost of a message in nanoseconds, as a mean over forks, or its inverse.

    The clock's error is shared by all messages between two readings.

    Args:
        figure: Cost or throughput.
        cost: What was measured.
        where: The scope, for the reason.
    """
    if cost.messages == 0:
        return Undecidable(f"no message came through {where}")
    if len(cost.fork_costs_ns) < FEWEST_FORKS:
        return one_fork(figure.name)
    error_ns = cost.instrument.error_ns / cost.messages
    costs_ns = list(cost.fork_costs_ns)
    mean_ns = math.fsum(costs_ns) / len(costs_ns)
    sampled = mean_interval(costs_ns, CONFIDENCE).clamped(0.0)
    known = sampled.widened(error_ns, error_ns).clamped(0.0)
    if figure.measure is Measure.COST:
        return _estimate(figure, cost, mean_ns, known, sampled)
    if min(costs_ns) <= error_ns:
        return Undecidable(
            f"{cost.messages:,} messages took less than the clock can tell: run more of them"
        )
    least_ns = min(costs_ns) - error_ns
    return _estimate(
        figure,
        cost,
        NANOSECONDS_A_SECOND / mean_ns,
        _rates(known, least_ns),
        _rates(sampled, least_ns),
    )


def _rates(costs_ns: Interval, least_ns: float) -> Interval:
    """Messages a second for costs of a message.

    Where the forks differ so much that the interval comes down to nothing, the cheapest fork stands
    for its low end: no rate that was seen is left out.
    """
    low_ns = costs_ns.low if costs_ns.low > 0 else least_ns
    return Interval(NANOSECONDS_A_SECOND / costs_ns.high, NANOSECONDS_A_SECOND / low_ns)


def _estimate(
    figure: Figure, cost: Cost, value: float, known: Interval, sampled: Interval
) -> Estimate:
    dimension = figure.dimensions[0]
    at, low, high = (format_amount(each, dimension) for each in (value, known.low, known.high))
    return Estimate(
        f"{figure.name} is {at}, {low} to {high}, at {format_share(CONFIDENCE)} confidence",
        value,
        Range(known.low, known.high),
        Range(sampled.low, sampled.high),
        str(cost.instrument),
    )
