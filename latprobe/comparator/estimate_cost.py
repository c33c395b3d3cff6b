"""Figures of many messages between two readings of the clock."""

import math

from latprobe.comparator.dimension import format_amount
from latprobe.comparator.estimate import (
    CONFIDENCE,
    FEWEST_FORKS,
    Estimate,
    Range,
    Undecidable,
    one_fork,
)
from latprobe.comparator.evidence import Cost
from latprobe.comparator.figure import Figure, Measure
from latprobe.stats import mean_interval
from latprobe.units import format_share

NANOSECONDS_A_SECOND = 1e9


def estimate_cost(figure: Figure, cost: Cost, where: str) -> Estimate | Undecidable:
    """The amortised cost of a message in nanoseconds, or messages a second, as a mean over forks.

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
    if figure.measure is Measure.COST:
        return _mean_over_forks(figure, cost, list(cost.fork_costs_ns), error_ns)
    least_ns = min(cost.fork_costs_ns)
    if least_ns <= error_ns:
        return Undecidable(
            f"{cost.messages:,} messages took less than the clock can tell: run more of them"
        )
    rates = [NANOSECONDS_A_SECOND / each for each in cost.fork_costs_ns]
    # A cost that is wrong by e makes its rate wrong by at most rate · e / (cost - e).
    return _mean_over_forks(figure, cost, rates, max(rates) * error_ns / (least_ns - error_ns))


def _mean_over_forks(figure: Figure, cost: Cost, values: list[float], error: float) -> Estimate:
    dimension = figure.dimensions[0]
    mean = math.fsum(values) / len(values)
    sampled = mean_interval(values, CONFIDENCE).clamped(0.0)
    known = sampled.widened(error, error).clamped(0.0)
    at, low, high = (format_amount(each, dimension) for each in (mean, known.low, known.high))
    return Estimate(
        f"{figure.name} is {at}, {low} to {high}, at {format_share(CONFIDENCE)} confidence",
        mean,
        Range(known.low, known.high),
        Range(sampled.low, sampled.high),
        str(cost.instrument),
    )
