"""When each message is due, from the start of serving on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a feed is played; with neither, as fast as it can be."""

    speed: float | None = None
    """Times the feed's own pace."""
    rate: float | None = None
    """Messages per second, evenly."""

    @property
    def planned(self) -> bool:
        """Whether messages have a time at which they are due."""
        return self.speed is not None or self.rate is not None


class Schedule:
    """Due times of a feed's messages in order, some at a time, over any number of rounds."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._count = 0
        self._round_start_ns = 0.0
        self._round_count = 0
        self._first_ns: int | None = None
        self._latest_ns: int | None = None
        self._last_due_ns = 0.0

    def due(self, recv_ns: "npt.NDArray[np.int64]") -> "npt.NDArray[np.int64]":
        """When the next messages are due, nanoseconds after the start; 0 where nothing is planned.

        A message that was received before the one before it is due with that one.
        """
        count = len(recv_ns)
        if self._pace.rate is not None:
            numbers = np.arange(self._count, self._count + count, dtype=np.float64)
            due = numbers * (1e9 / self._pace.rate)
        elif self._pace.speed is not None and count:
            due = self._recorded(recv_ns, self._pace.speed)
        else:
            due = np.zeros(count)
        self._count += count
        self._round_count += count
        if count:
            self._last_due_ns = float(due[-1])
        return np.rint(due).astype(np.int64)

    def start_again(self) -> None:
        """The feed begins anew, after the mean time between two of its messages."""
        length_ns = self._last_due_ns - self._round_start_ns
        pause_ns = length_ns / max(1, self._round_count - 1)
        self._round_start_ns = self._last_due_ns + pause_ns
        self._round_count = 0
        self._first_ns = self._latest_ns = None

    def _recorded(
        self, recv_ns: "npt.NDArray[np.int64]", speed: float
    ) -> "npt.NDArray[np.float64]":
        if self._first_ns is None or self._latest_ns is None:
            self._first_ns = self._latest_ns = int(recv_ns[0])
        rising = np.maximum(np.maximum.accumulate(recv_ns), self._latest_ns)
        self._latest_ns = int(rising[-1])
        since_ns: npt.NDArray[np.float64] = (rising - self._first_ns) / speed
        return self._round_start_ns + since_ns
