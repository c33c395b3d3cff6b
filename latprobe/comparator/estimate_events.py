"""Events of the processor: exact where they were simulated, an interval where they were counted."""

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from latprobe.comparator.dimension import format_amount
from latprobe.comparator.estimate import (
    CONFIDENCE,
    Estimate,
    Range,
    Undecidable,
    counted,
    one_fork,
)
from latprobe.comparator.evidence import Events
from latprobe.comparator.figure import Figure, Measure, events_needed
from latprobe.comparator.wording import number_of
from latprobe.run.events import ratio_of
from latprobe.stats import FEWEST_FORKS, mean_interval
from latprobe.units import format_share


def estimate_events(figure: Figure, events: Events) -> Estimate | Undecidable:
    """Events for each message, or one for another.

    Simulated ones come first where both are there: they are exact, and were asked for.
    """
    needed = events_needed(figure)
    if events.simulated_messages and all(it in events.simulated for it in needed):
        return _simulated(figure, events.simulated, events.simulated_messages)
    values = [value for fork in events.forks if (value := value_of_fork(figure, fork)) is not None]
    if values:
        return _interval(figure, values, min(events.shares.get(it, 1.0) for it in needed))
    absent = [events.absent[it] for it in needed if it in events.absent]
    return Undecidable(absent[0] if absent else f"{figure.name}: {events.why}")


def _simulated(figure: Figure, sums: Mapping[str, int], messages: int) -> Estimate | Undecidable:
    assert figure.counted is not None
    of = number_of(messages, "messages")
    if figure.measure is Measure.RATIO:
        ratio = ratio_of(figure.counted, sums)
        if ratio is None:
            return Undecidable(f"there were no {events_needed(figure)[1]} in {of} (simulated)")
        amount = format_amount(float(ratio), figure.dimensions[0])
        return replace(counted(f"{amount} over {of}, exact (simulated)", ratio), simulated=True)
    total = sums[figure.counted]
    each = Fraction(total, messages)
    amount = format_amount(float(each), figure.dimensions[0])
    name = figure.counted
    words = f"{amount} {name} a message, {total:,} in {of}, exact (simulated)"
    return replace(counted(words, each), simulated=True)


def value_of_fork(figure: Figure, fork: Mapping[str, float]) -> float | None:
    """A figure of events in one fork, for one message; None where it was not counted there."""
    assert figure.counted is not None
    if figure.measure is Measure.RATIO:
        ratio = ratio_of(figure.counted, fork)
        return None if ratio is None else float(ratio)
    return fork.get(figure.counted)


def _interval(figure: Figure, values: list[float], share: float) -> Estimate | Undecidable:
    """Student's interval over the forks, of events that had a counter for a share of the time."""
    if len(values) < FEWEST_FORKS:
        return one_fork(figure.name)
    mean = math.fsum(values) / len(values)
    interval = mean_interval(values, CONFIDENCE).clamped(0.0)
    at, low, high = (
        format_amount(it, figure.dimensions[0]) for it in (mean, interval.low, interval.high)
    )
    where = Range(interval.low, interval.high)
    words = f"{figure.name} is {at}, {low} to {high}, at {format_share(CONFIDENCE)} confidence"
    if share < 1:
        words += f", scaled from {format_share(share)} of the time"
    return Estimate(words, mean, where, where)
