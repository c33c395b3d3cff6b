"""Which figures have a tail that the platform explains."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from latprobe._core import Histogram
from latprobe.run.measured import END_TO_END, TOTAL, Measured, merged
from latprobe.run.model import LatencyPass
from latprobe.run.platform import Platform
from latprobe.run.slow_message import Stall, TailMessage

_TAIL: Final = {
    "p99.9": Fraction(999, 1_000),
    "p99.99": Fraction(9_999, 10_000),
    "max": Fraction(1),
}
_EXPLAINED_PART: Final = 0.5
_HISTOGRAM_STEP: Final = 0.002
"""Histograms have three digits: what is less than this part shorter may be as long."""


def explained(measured: Measured, platform: Platform) -> Iterator[tuple[str, str]]:
    """Row and figure of each tail of which the platform explains half or more.

    These are messages that took as long as the figure says, and longer. The platform explains

    - those that came while the idle control stalled for half of their time or longer, and
    - as many as it would make by its rate: a stall that hits a row makes its time at least as long
      as itself, and stalls hit a row in proportion to the time that it takes, so that there would
      be `stalls as long as the figure · time that the row took / time watched`,

    whichever are more. Figures under the control's threshold are beyond what it can see.
    """
    stalls = Histogram.decode(platform.histogram)
    for row in measured.rows:
        times = merged(measured.times(row))
        if not times.count:
            continue
        for figure, quantile in _TAIL.items():
            value_ns = times.histogram.value_at_rank(max(1, math.ceil(quantile * times.count)))
            if value_ns < platform.threshold_ns:
                continue
            messages = _as_long_as(times.histogram, value_ns)
            by_rate = _as_long_as(stalls, value_ns) * times.sum_ns / platform.watched_ns
            if max(by_rate, _overlapped(measured, row, value_ns)) >= _EXPLAINED_PART * messages:
                yield row, figure


def explains(stall: Stall, time_ns: float) -> bool:
    """Whether a stall that came at the same time explains half of a time or more."""
    return stall.length_ns >= _EXPLAINED_PART * time_ns


def _as_long_as(histogram: Histogram, value_ns: float) -> int:
    return histogram.count - histogram.count_at_or_below(_at_least(value_ns))


def _at_least(value_ns: float) -> int:
    return int(value_ns * (1 - _HISTOGRAM_STEP))


def _overlapped(measured: Measured, row: str, value_ns: float) -> int:
    """Messages known to have stalled with the control; only the slowest of each pass are known."""
    return sum(
        1
        for fork in measured.forks
        if isinstance(fork.result, LatencyPass)
        for message in fork.result.tail
        if message.stall is not None
        and (time_ns := _time_of(message, measured.stages, row)) > _at_least(value_ns)
        and explains(message.stall, time_ns)
    )


def _time_of(message: TailMessage, stages: tuple[str, ...], row: str) -> float:
    """A message's time in a row; 0 where it did not come to it, and in spans."""
    if message.end_to_end_ns is not None:
        # What stalled while it was with another thread did not stall the parts of its way.
        return message.end_to_end_ns if row == END_TO_END else 0.0
    if row == TOTAL:
        return message.total_ns
    return (message.stages_ns[stages.index(row)] or 0.0) if row in stages else 0.0
