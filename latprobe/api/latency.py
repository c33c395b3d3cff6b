"""Times of messages, as a person looks at them."""

import math
from dataclasses import dataclass, field

from latprobe._core import Histogram
from latprobe.run.model import Figure


@dataclass(frozen=True)
class Latency:
    """How long messages took: each timed on its own, in nanoseconds.

    Attributes:
        messages: How many were timed, in all forks.
        mean: Their mean.
        min: The shortest.
        p50: The time that half of them are at or under.
        p90: The same of nine in ten, and so on.
        p99: Of 99 in 100.
        p999: Of 999 in 1,000.
        p9999: Of 9,999 in 10,000.
        max: The longest.
    """

    messages: int
    mean: float
    min: int
    p50: int
    p90: int
    p99: int
    p999: int
    p9999: int
    max: int
    _histogram: str | None = field(repr=False, default=None)

    @property
    def histogram(self) -> Histogram | None:
        """All times, in whole nanoseconds; None of a run that was thinned."""
        return None if self._histogram is None else Histogram.decode(self._histogram)

    def quantile(self, share: float) -> int:
        """The time that this share of the messages is at or under, such as 0.99999.

        Raises:
            ValueError: for a share that is not between 0 and 1, and where the run was thinned.
        """
        histogram = self.histogram
        if not 0 < share < 1 or histogram is None:
            problem = "the run was thinned" if histogram is None else f"{share} is not in (0, 1)"
            raise ValueError(f"there is no such quantile: {problem}")
        return histogram.value_at_rank(math.ceil(share * self.messages))


def latency_of(figure: Figure | None) -> Latency | None:
    """The times of a figure; None where it has none."""
    if figure is None or figure.mean_ns is None:
        return None
    return Latency(
        figure.messages,
        figure.mean_ns,
        figure.min_ns or 0,
        figure.p50_ns or 0,
        figure.p90_ns or 0,
        figure.p99_ns or 0,
        figure.p999_ns or 0,
        figure.p9999_ns or 0,
        figure.max_ns or 0,
        figure.histogram,
    )
