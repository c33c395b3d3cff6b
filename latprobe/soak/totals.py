"""The times of a whole soak, or of a part of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from latprobe import _core
from latprobe.run.soak_interval import TaggedTimes
from latprobe.stats import quantile_rank


@dataclass
class Times:
    """One distribution; the sum is exact, where the log did not have to be read for it."""

    histogram: _core.Histogram = field(default_factory=_core.Histogram)
    sum_ns: float = 0.0

    @property
    def count(self) -> int:
        """Number of times."""
        return self.histogram.count

    @property
    def max_ns(self) -> int:
        """The longest, to three digits."""
        return self.histogram.max

    @property
    def mean_ns(self) -> float:
        """Their mean; 0 for none."""
        return self.sum_ns / self.count if self.count else 0.0

    def quantile_ns(self, quantile: Fraction) -> int:
        """A quantile; 0 for none."""
        return self.histogram.value_at_rank(quantile_rank(self.count, quantile))

    def add(self, histogram: _core.Histogram, sum_ns: float) -> None:
        """Adds other times."""
        self.histogram.merge(histogram)
        self.sum_ns += sum_ns


class Totals:
    """Adds up what intervals bring, by tag. Takes no more memory the longer it does."""

    def __init__(self) -> None:
        self.times: dict[str, Times] = {}

    def add(self, times: Iterable[TaggedTimes]) -> None:
        """Adds an interval's."""
        for one in times:
            whole = self.times.setdefault(one.tag, Times())
            whole.add(_core.Histogram.decode(one.histogram), one.sum_ns)
