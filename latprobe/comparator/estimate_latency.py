"""Figures of the time that single messages take."""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Final

from latprobe.comparator.estimate import (
    CONFIDENCE,
    Estimate,
    Range,
    Undecidable,
    one_fork,
)
from latprobe.comparator.evidence import Instrument, Latency, Parts
from latprobe.comparator.figure import Figure, Measure
from latprobe.comparator.wording import number_of
from latprobe.stats import (
    FEWEST_FORKS,
    Interval,
    count_needed,
    mean_interval,
    quantile_interval,
    quantile_rank,
    resolution_ns,
    samples_beyond,
    sectioned_interval,
)
from latprobe.units import format_ns, format_share

FEWEST_BEYOND = 10
"""Samples beyond a quantile. With fewer, single messages decide where it lies."""

FEWEST_BEYOND_IN_BLOCKS = 50
"""The same for samples that follow each other, of which as many as make a block may be one event.
In simulations intervals hold what they say from there on, see tests/unit/test_match_blocks.py."""

_MAKE: Final[dict[Parts, str]] = {"forks": "run", "recordings": "record", "blocks": "record"}
_NARROWER: Final[dict[Parts, str]] = {
    "forks": "more forks or messages",
    "recordings": "more recordings or messages",
    "blocks": "a longer recording",
}


def estimate_latency(figure: Figure, latency: Latency, where: str) -> Estimate | Undecidable:
    """A figure of the times of single messages, in nanoseconds.

    Args:
        figure: A quantile, the mean, or the smallest or largest time.
        latency: The times.
        where: The scope, for the reason.
    """
    if latency.merged.count == 0:
        return Undecidable(f"no message came through {where}")
    estimate = _estimate(figure, latency)
    if latency.other is None or isinstance(estimate, Undecidable):
        return estimate
    other = _estimate(figure, latency.other)
    return estimate if isinstance(other, Undecidable) else _either(figure, estimate, other)


def _estimate(figure: Figure, latency: Latency) -> Estimate | Undecidable:
    match figure.measure:
        case Measure.SMALLEST:
            return _extreme(figure.name, latency.merged.min, latency)
        case Measure.LARGEST:
            return _extreme(figure.name, latency.merged.max, latency)
    if figure.quantile is None:
        return _mean(figure, latency)
    return _quantile(figure, figure.quantile, latency)


def _either(figure: Figure, estimate: Estimate, other: Estimate) -> Estimate:
    """An estimate where some answers belong to either of two messages: all that both allow."""
    known = _hull(estimate.range, other.range)
    words = f"{format_ns(float(known.low))} to {format_ns(float(known.high))}"
    best = "" if estimate.figure is None else f"{format_ns(float(estimate.figure))}, "
    return Estimate(
        f"{figure.name} is {best}{words}, whichever messages ambiguous answers belong to",
        estimate.figure,
        known,
        _hull(estimate.range_by_a_perfect_clock, other.range_by_a_perfect_clock),
        estimate.clock,
        "a key that no two messages share",
    )


def _hull(one: Range, other: Range) -> Range:
    high = max(one, other, key=lambda it: (it.high, not it.is_open))
    return Range(min(one.low, other.low), high.high, high.is_open)


def too_few_beyond(
    name: str, quantile: Fraction, count: int, fewest: int, make: str
) -> Undecidable | None:
    """Why a quantile of so many messages cannot be placed; None where it can.

    Args:
        name: The figure's.
        quantile: Which.
        count: How many messages there are.
        fewest: How many must lie beyond it.
        make: What would bring more, as an order: `run`.
    """
    beyond = samples_beyond(count, quantile)
    if beyond >= fewest:
        return None
    needed = count_needed(quantile, fewest)
    return Undecidable(
        f"{beyond} of {number_of(count, 'messages')} beyond {name}, and {fewest} are needed to "
        f"place it: {make} {needed:,} messages or more"
    )


def _extreme(name: str, value: int, latency: Latency) -> Estimate:
    words = (
        f"a fact about {number_of(latency.merged.count, 'messages')}, and no bound on later ones"
    )
    return _by_the_clock(name, value, Interval(value, value), latency.instrument, words)


def _quantile(figure: Figure, quantile: Fraction, latency: Latency) -> Estimate | Undecidable:
    count = latency.merged.count
    fewest = FEWEST_BEYOND_IN_BLOCKS if latency.parts == "blocks" else FEWEST_BEYOND
    too_few = too_few_beyond(figure.name, quantile, count, fewest, _MAKE[latency.parts])
    if too_few is not None:
        return too_few
    if sum(1 for fork in latency.forks if fork.count) < FEWEST_FORKS:
        return one_fork(figure.name, latency.parts)
    value = latency.merged.value_at_rank(quantile_rank(count, quantile))
    interval = sectioned_interval if latency.parts == "blocks" else quantile_interval
    sampled = interval(latency.merged, latency.forks, quantile, CONFIDENCE)
    estimate = _by_the_clock(figure.name, value, sampled, latency.instrument, _sure(latency.parts))
    return replace(estimate, narrower=_NARROWER[latency.parts])


def _by_the_clock(
    name: str, value: int, sampled: Interval, instrument: Instrument, words: str
) -> Estimate:
    """An estimate from single times, each of which the instrument has a part in.

    If each of many times is off by at most an error, so is each quantile of them. A distribution
    holds whole nanoseconds, so that a clock that steps by less is no better than one.
    """
    error = max(instrument.granularity_ns, 1.0) + instrument.offset_error_ns
    below = error + resolution_ns(sampled.low)
    above = error + resolution_ns(sampled.high)
    known = sampled.widened(below, above).clamped(0.0)
    is_bound = value < instrument.granularity_ns
    if is_bound:
        is_what = f"< {format_ns(known.high)}, a bound since the clock steps by "
        is_what += format_ns(instrument.granularity_ns)
    else:
        is_what = f"{format_ns(value)}, {format_ns(known.low)} to {format_ns(known.high)}"
    return Estimate(
        f"{name} is {is_what}, {words}",
        None if is_bound else value,
        Range(known.low, known.high, is_open=is_bound),
        Range(sampled.low, sampled.high),
        str(instrument),
    )


def _mean(figure: Figure, latency: Latency) -> Estimate | Undecidable:
    """The mean over all forks.

    The clock's step does not widen it: where messages start at any phase of the step, the errors of
    single times are zero on average. The error of the offset is the same in all and stays.
    """
    if len(latency.fork_means_ns) < FEWEST_FORKS:
        return one_fork(figure.name, latency.parts)
    error = latency.instrument.offset_error_ns
    mean = max(0.0, math.fsum(latency.fork_means_ns) / len(latency.fork_means_ns))
    sampled = mean_interval(latency.fork_means_ns, CONFIDENCE).clamped(0.0)
    if latency.mean_ns is not None:
        mean = latency.mean_ns
        sampled = sampled.union(Interval(mean, mean))
    known = sampled.widened(error, error).clamped(0.0)
    return Estimate(
        f"{figure.name} is {format_ns(mean)}, {format_ns(known.low)} to {format_ns(known.high)}, "
        f"{_sure(latency.parts)}",
        mean,
        Range(known.low, known.high),
        Range(sampled.low, sampled.high),
        str(latency.instrument),
        _NARROWER[latency.parts],
    )


def _sure(parts: Parts) -> str:
    within = " within the one recording" if parts == "blocks" else ""
    return f"at {format_share(CONFIDENCE)} confidence{within}"
