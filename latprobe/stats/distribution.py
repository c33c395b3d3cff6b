"""What the statistics ask of a histogram, and a scripted one for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

SIGNIFICANT_DIGITS: Final = 3
"""How finely a distribution tells times apart."""

_SUB_BUCKET_BITS: Final = (2 * 10**SIGNIFICANT_DIGITS - 1).bit_length()


def resolution_ns(value_ns: float) -> float:
    """How far a distribution's value may be from the sample that it stands for, in nanoseconds.

    With d significant digits, HdrHistogram keeps every whole value up to 2 · 10^d apart, and others
    to one part in 10^d (G. Tene, "HdrHistogram: A High Dynamic Range Histogram", its README).
    """
    parts = 10.0**SIGNIFICANT_DIGITS
    return value_ns / parts if value_ns > 2 * parts else 0.0


def bucket_width_ns(value_ns: int) -> int:
    """How many whole nanoseconds the bucket of a value holds.

    Up to 2,047 each has its own, since 2,048 is the first power of two over 2 · 10^3; from there on
    each doubling has 1,024, which hold 2, then 4, then 8.
    """
    return 1 << max(0, value_ns.bit_length() - _SUB_BUCKET_BITS)


class Distribution(Protocol):
    """Samples in whole nanoseconds, of which only order and number are known.

    A value may be off by `resolution_ns`. Without a sample (`count` is 0) the other answers mean
    nothing and are not asked for.
    """

    @property
    def count(self) -> int:
        """Number of samples."""

    @property
    def min(self) -> int:
        """Smallest sample, in nanoseconds."""

    @property
    def max(self) -> int:
        """Largest sample, in nanoseconds."""

    def value_at_rank(self, rank: int) -> int:
        """The sample, in nanoseconds, that `rank - 1` others stand before in order of size.

        Args:
            rank: From 1, the smallest sample, to `count`, the largest.
        """

    def count_at_or_below(self, value_ns: int) -> int:
        """Number of samples of at most `value_ns` nanoseconds."""


@dataclass(frozen=True)
class ScriptedDistribution:
    """A distribution that is made up: how often it holds each value.

    >>> ScriptedDistribution({30: 999, 5_000: 1}).value_at_rank(1_000)
    5000
    """

    counts: Mapping[int, int]

    @property
    def count(self) -> int:
        """Number of samples."""
        return sum(self.counts.values())

    @property
    def min(self) -> int:
        """Smallest value that occurs."""
        return self.value_at_rank(1)

    @property
    def max(self) -> int:
        """Largest value that occurs."""
        return self.value_at_rank(self.count)

    def value_at_rank(self, rank: int) -> int:
        """The value of the sample of that rank.

        Raises:
            IndexError: if no sample has that rank.
        """
        if rank < 1:
            raise IndexError(f"ranks start at 1, this is {rank}")
        seen = 0
        for value in sorted(self.counts):
            seen += self.counts[value]
            if seen >= rank:
                return value
        raise IndexError(f"rank {rank} of {seen} samples")

    def count_at_or_below(self, value_ns: int) -> int:
        """Number of samples of at most `value_ns`."""
        return sum(count for value, count in self.counts.items() if value <= value_ns)
