"""Times and numbers of messages, of one fork or of several taken together."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from latprobe._core import Histogram
from latprobe.run.times import Depths


@dataclass
class Times:
    """Times of one row in one fork or several.

    Attributes:
        histogram: In whole nanoseconds.
        sum_ns: Exact.
        count: Number of times.
    """

    histogram: Histogram = field(default_factory=Histogram)
    sum_ns: float = 0.0
    count: int = 0

    @property
    def mean_ns(self) -> float:
        """Nanoseconds; there must be a time."""
        return self.sum_ns / self.count

    def add(self, other: "Times") -> None:
        """Takes in what another fork or kind measured."""
        self.histogram.merge(other.histogram)
        self.sum_ns += other.sum_ns
        self.count += other.count


@dataclass
class Met:
    """How many messages each met in a queue, in one fork or several; sum and maximum are exact."""

    histogram: Histogram = field(default_factory=Histogram)
    sum: int = 0
    count: int = 0
    max: int = 0

    @property
    def mean(self) -> float:
        """There must be a message."""
        return self.sum / self.count

    def add(self, other: Depths) -> None:
        """Takes in what another fork or kind counted."""
        self.histogram.merge(Histogram.decode(other.histogram))
        self.sum += other.sum
        self.count += other.count
        self.max = max(self.max, other.max)


def merged(forks: Iterable[Times]) -> Times:
    """The times of several forks as those of one."""
    together = Times()
    for times in forks:
        together.add(times)
    return together


def met_in(depth: Depths) -> Met:
    """What one fork counted."""
    met = Met()
    met.add(depth)
    return met
