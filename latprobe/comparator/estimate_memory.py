"""Figures of memory over time: facts about a run, and a slope that forks agree on more or less."""

import math
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
from latprobe.comparator.evidence import Memory
from latprobe.comparator.figure import Figure, Measure
from latprobe.comparator.wording import number_of
from latprobe.stats import FEWEST_FORKS, mean_interval
from latprobe.units import format_share


def estimate_memory(figure: Figure, memory: Memory) -> Estimate | Undecidable:
    """The most that was seen, by how much it grew, how often it faulted, or how fast it grows.

    Args:
        figure: Which of them, and of which series.
        memory: What was looked at.
    """
    assert figure.counted is not None
    courses = memory.courses.get(figure.counted, ())
    if not courses:
        return Undecidable(f"{figure.name}: {memory.absent[figure.counted]}")
    forks = number_of(len(courses), "forks")
    looks = f"seen in {memory.looks} looks at each of {forks}"
    match figure.measure:
        case Measure.MEMORY_MOST:
            most = max(it.most for it in courses)
            words = f"{_amount(most, figure)} at most, {looks}, and no bound on later ones"
            return counted(words, Fraction(most))
        case Measure.MEMORY_SLOPE:
            return _slope(figure, [it.slope for it in courses])
        case _:
            growth = max(it.growth for it in courses)
            words = f"{_amount(growth, figure)} from the first message that counts to the last"
            return counted(f"{words}, the most in any of {forks}", Fraction(growth))


def _slope(figure: Figure, slopes: list[float]) -> Estimate | Undecidable:
    """Student's interval over the forks: looks at one process know of each other."""
    if len(slopes) < FEWEST_FORKS:
        return one_fork(figure.name)
    mean = math.fsum(slopes) / len(slopes)
    interval = mean_interval(slopes, CONFIDENCE)
    at, low, high = (_amount(it, figure) for it in (mean, interval.low, interval.high))
    where = Range(interval.low, interval.high)
    words = f"{figure.name} is {at}, {low} to {high}, at {format_share(CONFIDENCE)} confidence"
    return Estimate(words, mean, where, where)


def _amount(value: float, figure: Figure) -> str:
    amount = format_amount(value, figure.dimensions[0])
    return f"{amount} {figure.name}" if figure.measure is Measure.FAULTS else amount
