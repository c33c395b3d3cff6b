"""Metrics, whatever they are written as. Times are in seconds and sizes in bytes, as is usual."""

from dataclasses import dataclass
from typing import Literal

from latprobe._core import Histogram

Labels = tuple[tuple[str, str], ...]
"""Names and values, in the order in which they are written."""

Unit = Literal["", "seconds", "bytes"]


@dataclass(frozen=True)
class Point:
    """A value, and what it is of."""

    labels: Labels
    value: float


@dataclass(frozen=True)
class Gauge:
    """A metric that has one value for each set of labels."""

    name: str
    unit: Unit
    about: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Spread:
    """How many messages took how long.

    Attributes:
        labels: What it is of.
        histogram: In nanoseconds.
        sum_s: Of all of them, in seconds.
    """

    labels: Labels
    histogram: Histogram
    sum_s: float


@dataclass(frozen=True)
class Distribution:
    """A metric that has a histogram of times for each set of labels."""

    name: str
    about: str
    spreads: tuple[Spread, ...]


Metric = Gauge | Distribution
