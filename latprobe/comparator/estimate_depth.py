"""Figures of how many messages stand in a queue."""

import math

from latprobe.comparator.estimate import (
    CONFIDENCE,
    Estimate,
    Range,
    Undecidable,
    counted,
    one_fork,
)
from latprobe.comparator.estimate_latency import FEWEST_BEYOND, too_few_beyond
from latprobe.comparator.evidence import Depth
from latprobe.comparator.figure import Figure, Measure
from latprobe.comparator.wording import number_of
from latprobe.stats import (
    FEWEST_FORKS,
    Interval,
    mean_interval,
    quantile_interval,
    quantile_rank,
    resolution_ns,
)
from latprobe.units import format_count, format_share


def estimate_depth(figure: Figure, depth: Depth, where: str) -> Estimate | Undecidable:
    """A figure of the numbers of messages that others met in a queue.

    They are counted, so that no clock widens them; another run would count others, so that a mean
    and a percentile have an interval all the same.

    Args:
        figure: A quantile, the mean, or the smallest or largest number.
        depth: The numbers.
        where: The scope, for the reason.
    """
    if depth.merged.count == 0:
        return Undecidable(f"no message came to {where}")
    messages = number_of(depth.merged.count, "messages")
    if figure.measure in (Measure.SMALLEST, Measure.LARGEST):
        is_most = figure.measure is Measure.LARGEST
        value = depth.most if is_most else depth.merged.min
        words = f"{figure.name} is {format_count(value)}"
        return counted(f"{words}, a fact about {messages}, and no bound on later ones", value)
    if sum(1 for fork in depth.forks if fork.count) < FEWEST_FORKS:
        return one_fork(figure.name)
    if figure.quantile is None:
        mean = math.fsum(depth.fork_means) / len(depth.fork_means)
        return _estimate(figure, mean, mean_interval(list(depth.fork_means), CONFIDENCE))
    too_few = too_few_beyond(figure.name, figure.quantile, depth.merged.count, FEWEST_BEYOND, "run")
    if too_few is not None:
        return too_few
    value = depth.merged.value_at_rank(quantile_rank(depth.merged.count, figure.quantile))
    interval = quantile_interval(depth.merged, depth.forks, figure.quantile, CONFIDENCE)
    # A histogram holds three digits.
    known = interval.widened(resolution_ns(interval.low), resolution_ns(interval.high))
    return _estimate(figure, value, known)


def _estimate(figure: Figure, value: float, interval: Interval) -> Estimate:
    known = interval.clamped(0.0)
    at, low, high = (format_count(it) for it in (value, known.low, known.high))
    words = f"{figure.name} is {at}, {low} to {high}, at {format_share(CONFIDENCE)} confidence"
    where = Range(known.low, known.high)
    return Estimate(words, value, where, where)
