"""Times in consecutive blocks of one size, at flat memory and without knowing how many will come.

Times that follow each other are alike: what slows one message slows its neighbours. Means and
quantiles of long blocks are much less so, and what they lie apart says how sure the whole is.
Where there are twice as many blocks as wanted, each two neighbours become one (Y. Yeh and
B. W. Schmeiser, "Simulation output analysis via dynamic batch means", 2000).
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from latprobe._core import Histogram
from latprobe.run.matched import MatchedBlock, MatchedTimes

BLOCKS: Final = 10
"""Blocks at least, as soon as there are so many times. Ten to thirty make an interval that more
would hardly narrow (B. Schmeiser, "Batch size effects in the analysis of simulation output",
Operations Research 30, 1982), and the longer a block, the less is it like its neighbour."""

FIRST_SIZE: Final = 8
"""Times in a block to begin with."""

_DIGITS_BITS: Final = 11
"""Histograms of three digits keep so many bits of a time."""


class KindTimes:
    """Times of one kind: how often each, to three digits, and their exact sum."""

    __slots__ = ("count", "counts", "sum_ns")

    def __init__(self) -> None:
        self.counts: defaultdict[int, int] = defaultdict(int)
        self.sum_ns = 0
        self.count = 0

    def add(self, ns: int) -> None:
        """One more, of 0 or more nanoseconds."""
        self.sum_ns += ns
        self.count += 1
        shift = ns.bit_length() - _DIGITS_BITS
        self.counts[ns >> shift << shift if shift > 0 else ns] += 1

    def take(self, other: "KindTimes") -> None:
        """Those of another block."""
        self.sum_ns += other.sum_ns
        self.count += other.count
        for ns, count in other.counts.items():
            self.counts[ns] += count

    def record(self, kind: str) -> MatchedTimes:
        """As the run document has them."""
        histogram = Histogram()
        for ns, count in self.counts.items():
            histogram.record(ns, count)
        return MatchedTimes(kind, self.count, float(self.sum_ns), histogram.encode())


@dataclass(slots=True)
class _Block:
    kinds: dict[str, KindTimes] = field(default_factory=dict)
    count: int = 0

    def add(self, kind: str, ns: int) -> None:
        times = self.kinds.get(kind)
        if times is None:
            times = self.kinds[kind] = KindTimes()
        times.add(ns)
        self.count += 1

    def take(self, other: "_Block") -> None:
        self.count += other.count
        for kind, times in other.kinds.items():
            self.kinds.setdefault(kind, KindTimes()).take(times)

    def records(self) -> tuple[MatchedTimes, ...]:
        return tuple(times.record(kind) for kind, times in self.kinds.items())


class Blocks:
    """Takes times as they come; from then on from `BLOCKS` to twice as many blocks of one size.

    The last one has from half that size to one and a half.
    """

    def __init__(self) -> None:
        self._full: list[_Block] = []
        self._size = FIRST_SIZE
        self._open = _Block()

    def copy(self) -> "Blocks":
        """The same times, to which others can be added."""
        return deepcopy(self)

    def add(self, kind: str, ns: int) -> None:
        """One more time."""
        self._open.add(kind, ns)
        if self._open.count == self._size:
            self._full.append(self._open)
            self._open = _Block()
            if len(self._full) == 2 * BLOCKS:
                self._full = list(_halved(self._full))
                self._size *= 2

    def whole(self) -> tuple[MatchedTimes, ...]:
        """All times as the run document has them, by kind."""
        together = _Block()
        for block in (*self._full, self._open):
            together.take(block)
        return together.records()

    def records(self) -> tuple[MatchedBlock, ...]:
        """The blocks as the run document has them; times are in one of them each."""
        blocks = [*self._full]
        if 2 * self._open.count >= self._size or not blocks:
            blocks.append(self._open)
        elif self._open.count:
            last = _Block()
            last.take(blocks.pop())
            last.take(self._open)
            blocks.append(last)
        return tuple(MatchedBlock(block.records()) for block in blocks if block.count)


def _halved(blocks: list[_Block]) -> Iterator[_Block]:
    for first, second in zip(blocks[::2], blocks[1::2], strict=True):
        first.take(second)
        yield first
