"""What the statistics ask of a histogram, and a scripted one for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

RELATIVE_ERROR: Final = 1e-3
"""Furthest that a distribution's value may be from the sample that it stands for, relative to it:
three significant digits, which is how finely latprobe's histograms tell values apart."""


class Distribution(Protocol):
    """Samples in whole nanoseconds, of which only order and number are known.

    Values may be off by half a nanosecond, and by `RELATIVE_ERROR` of themselves. Without a sample
    (`count` is 0) the other answers mean nothing and are not asked for.
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
