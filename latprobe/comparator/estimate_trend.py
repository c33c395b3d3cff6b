"""How fast memory grows, and how fast a latency changes."""

import math
from typing import Final

import numpy as np

from latprobe.comparator.dimension import Dimension, format_amount
from latprobe.comparator.estimate import CONFIDENCE, Estimate, Range, Undecidable
from latprobe.comparator.figure import Figure
from latprobe.comparator.soak_evidence import Group, SoakEvidence, runs_of
from latprobe.stats import quantile_rank
from latprobe.stats.trend import FEWEST_VALUES, Trend, growth, trend

_MOST_VALUES: Final = 60
"""Intervals are taken together to no more than so many values: neighbours are less alike then."""

_SECONDS_IN_HOUR: Final = 3600.0
_LONGER: Final = "a longer soak"


def estimate_slope(figure: Figure, evidence: SoakEvidence, among: range) -> Estimate | Undecidable:
    """Bytes an hour, of the process's resident memory or of its heap.

    The heap is looked at right after a feed has begun anew, where there are enough such looks: at
    other times it holds more or less as the feed has come.
    """
    kept, name = str(figure.counted), f"{figure.counted}_bytes"
    floors = evidence.columns["heap_floor_bytes"][among.start :]
    if kept == "heap" and np.isfinite(floors).sum() >= FEWEST_VALUES:
        name = "heap_floor_bytes"
    values = evidence.columns[name][among.start :]
    known = np.isfinite(values)
    hours = _ends(evidence)[among.start :] / _SECONDS_IN_HOUR
    hours, values = hours[known], values[known]
    if len(values) < FEWEST_VALUES:
        return _too_few(f"{kept} slope", len(values))
    runs = runs_of(range(len(values)), _MOST_VALUES)
    found = growth(
        [float(hours[run.start : run.stop].mean()) for run in runs],
        [float(values[run.start : run.stop].mean()) for run in runs],
        CONFIDENCE,
    )
    return _estimate(figure, found, Dimension.HOURLY_GROWTH, 0.0, "")


def estimate_drift(
    figure: Figure, tag: str, evidence: SoakEvidence, among: range
) -> Estimate | Undecidable:
    """The part an hour by which a quantile or a mean changes, of what it is on average."""
    starts, lengths = evidence.columns["elapsed_s"], evidence.columns["seconds"]
    hours: list[float] = []
    values: list[float] = []
    runs = runs_of(among, _MOST_VALUES)
    for run, group in zip(runs, evidence.times.groups(tag, runs), strict=True):
        value = _value(figure, group)
        if value is not None:
            middle = (starts[run.start] + starts[run.stop - 1] + lengths[run.stop - 1]) / 2
            hours.append(float(middle) / _SECONDS_IN_HOUR)
            values.append(value)
    if len(values) < FEWEST_VALUES:
        return _too_few(figure.name, len(values))
    level = math.fsum(values) / len(values)
    if level <= 0:
        return Undecidable(f"{figure.name} of {tag}, whose times the clock cannot tell from 0")
    found = trend(hours, [value / level for value in values], CONFIDENCE)
    # A step of the clock at one end is as much of a drift as the instrument can make up.
    step = evidence.step_ns if figure.quantile is not None else 0.0
    unseen = step / level / (hours[-1] - hours[0])
    return _estimate(figure, found, Dimension.DRIFT, unseen, f"the clock's step, {step:g} ns,")


def _value(figure: Figure, group: Group) -> float | None:
    times = group.times
    if times is None or not times.count:
        return None
    if figure.quantile is None:
        return group.sum_ns / times.count
    return float(times.value_at_rank(quantile_rank(times.count, figure.quantile)))


def _ends(evidence: SoakEvidence) -> "np.ndarray[tuple[int], np.dtype[np.floating]]":
    """When each interval ends, which is when its memory is looked at."""
    ends: np.ndarray[tuple[int], np.dtype[np.floating]] = (
        evidence.columns["elapsed_s"] + evidence.columns["seconds"]
    )
    return ends


def _too_few(name: str, count: int) -> Undecidable:
    return Undecidable(
        f"{name} takes {FEWEST_VALUES} intervals, and there are {count}: soak longer"
    )


def _estimate(
    figure: Figure, found: Trend, dimension: Dimension, unseen: float, clock: str
) -> Estimate:
    low, high = found.interval.low, found.interval.high
    amounts = [format_amount(it, dimension) for it in (found.slope, low - unseen, high + unseen)]
    words = f"{figure.name} is {amounts[0]}, {amounts[1]} to {amounts[2]} at 95 % confidence"
    return Estimate(
        words,
        found.slope,
        Range(low - unseen, high + unseen),
        Range(low, high),
        clock,
        _LONGER,
    )
