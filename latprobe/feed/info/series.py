"""What has come of one series of sequence numbers, and what has not."""

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.info.model import SeriesInfo

if TYPE_CHECKING:
    import numpy.typing as npt

_MOST_HOLES: Final = 65_536
_RESTART_FROM: Final = 100
"""A message that begins with number 0 or 1 begins a new count if this one had come before."""


class Series:
    """Follows the numbers of one series. What is in order costs no more than to see that it is.

    A stretch of numbers that was passed over is remembered until they come, up to 65,536 of them;
    what belongs to an older one counts as a duplicate when it comes.
    """

    def __init__(self, channel: str, name: str, *, gapless: bool) -> None:
        self._channel, self._name, self._gapless = channel, name, gapless
        self._highest: int | None = None
        # Ascending, since each new one is above all that came before.
        self._holes: list[tuple[int, int]] = []
        self._messages, self._duplicates, self._out_of_order = 0, 0, 0
        self._overlaps, self._restarts = 0, 0
        self._gaps_forgotten, self._missing_forgotten = 0, 0

    def add(self, first: "npt.NDArray[np.int64]", last: "npt.NDArray[np.int64]") -> None:
        """Adds messages in arrival order, each with the numbers from `first` to `last`."""
        self._messages += len(first)
        if self._highest is None:
            self._highest = int(first[0]) - 1 if self._gapless else int(first[0])
        if not self._gapless:
            before = self._before(last)
            self._out_of_order += int(np.count_nonzero(last < before))
            self._highest = max(int(before[-1]), int(last[-1]))
            return
        while len(first):
            before = self._before(last)
            anew = np.flatnonzero((first <= 1) & (last < before) & (before >= _RESTART_FROM))
            count = int(anew[0]) if len(anew) else len(first)
            if count:
                self._follow(first[:count], last[:count], before[:count])
                self._highest = max(int(before[count - 1]), int(last[count - 1]))
            if len(anew):
                self._restarts += 1
                self._forget(len(self._holes))
                self._highest = int(first[count]) - 1
            first, last = first[count:], last[count:]

    def info(self) -> SeriesInfo:
        """What is known by now."""
        missing = sum(stop - start + 1 for start, stop in self._holes)
        return SeriesInfo(
            channel=self._channel,
            series=self._name,
            gapless=self._gapless,
            messages=self._messages,
            gaps=len(self._holes) + self._gaps_forgotten,
            missing=missing + self._missing_forgotten,
            duplicates=self._duplicates,
            out_of_order=self._out_of_order,
            overlaps=self._overlaps,
            restarts=self._restarts,
        )

    def _before(self, last: "npt.NDArray[np.int64]") -> "npt.NDArray[np.int64]":
        """The highest number that had come before each message."""
        assert self._highest is not None
        return np.maximum.accumulate(np.concatenate(([self._highest], last[:-1])))

    def _follow(
        self,
        first: "npt.NDArray[np.int64]",
        last: "npt.NDArray[np.int64]",
        before: "npt.NDArray[np.int64]",
    ) -> None:
        for row in np.flatnonzero(first != before + 1).tolist():
            start, stop, highest = int(first[row]), int(last[row]), int(before[row])
            if start > highest + 1:
                self._holes.append((highest + 1, start - 1))
                if len(self._holes) > _MOST_HOLES:
                    self._forget(_MOST_HOLES // 2)
            elif stop > highest:
                self._overlaps += 1
            elif self._fill(start, stop):
                self._out_of_order += 1
            else:
                self._duplicates += 1

    def _fill(self, start: int, stop: int) -> bool:
        """Takes numbers out of a stretch that was passed over; whether they were in one."""
        at = bisect_right(self._holes, (stop, 2**64)) - 1
        if at < 0 or self._holes[at][1] < start:
            return False
        opens, closes = self._holes[at]
        rest = ((opens, start - 1), (stop + 1, closes))
        self._holes[at : at + 1] = [it for it in rest if it[0] <= it[1]]
        return True

    def _forget(self, count: int) -> None:
        self._gaps_forgotten += count
        self._missing_forgotten += sum(stop - start + 1 for start, stop in self._holes[:count])
        del self._holes[:count]
