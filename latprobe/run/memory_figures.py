"""Memory over time as figures: where a series began, where it ended, and how fast it grew."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean, linear_regression
from typing import Final, get_args

from latprobe.run.measured import Measured
from latprobe.run.memory import MemoryFigure, MemoryPass, Series
from latprobe.stats import FEWEST_FORKS, mean_interval

_CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Course:
    """One series in one fork, from the first message that counts on.

    Attributes:
        first: Before that message.
        last: After the last one.
        most: The most that was seen.
        slope: By how much it grew in a message: the slope of the line through all looks, by least
            squares.
    """

    first: int
    last: int
    most: int
    slope: float

    @property
    def growth(self) -> int:
        """By how much the last is over the first; under 0 where it shrank."""
        return self.last - self.first


def course_of(found: MemoryPass, series: Series) -> Course | None:
    """A series in one fork; None where it is not known."""
    column = found.samples.column(series)
    if column is None:
        return None
    looks = [
        (messages, value)
        for messages, value in zip(found.samples.messages, column, strict=True)
        if messages >= found.warmup
    ]
    values = [value for _, value in looks]
    slope = linear_regression(*zip(*looks, strict=True)).slope
    return Course(values[0], values[-1], max(values), slope)


def courses_of(measured: Measured, series: Series) -> list[Course]:
    """A series in each fork in which it is known."""
    found = (course_of(it, series) for it in measured.memories)
    return [course for course in found if course is not None]


def memory_figures(measured: Measured) -> Iterator[MemoryFigure]:
    """A figure for each series that is known."""
    for series in get_args(Series):
        courses = courses_of(measured, series)
        if not courses:
            continue
        slopes = [it.slope for it in courses]
        interval = None
        if len(slopes) >= FEWEST_FORKS:
            found = mean_interval(slopes, _CONFIDENCE)
            interval = (found.low, found.high)
        yield MemoryFigure(
            series=series,
            first=fmean(it.first for it in courses),
            last=fmean(it.last for it in courses),
            most=max(it.most for it in courses),
            growth=max(it.growth for it in courses),
            slope=fmean(slopes),
            slope_interval=interval,
        )
