"""How often tails of pairs are said to differ, in simulated sessions of a machine that stalls."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from benches.figure import Figure
from benches.stats.counts import Counts
from benches.stats.section import Measured
from latprobe.stats.tail_shares import tail_shares

LEVEL: Final = 0.05
_PAIRS: Final = 30
_MESSAGES: Final = 5_000
_SESSIONS: Final = 400
_LATER_NS: Final = 2_000.0


class Tails(Struct, frozen=True):
    """What came of so many sessions that are alike, and of as many with a tail.

    Attributes:
        sessions: How many of each.
        alarms: Sessions that are alike, of which an interval of 95 % says that they differ.
        found: Sessions of which one message in 500 is later, and is found at that level.
    """

    sessions: int
    alarms: int
    found: int


@dataclass(frozen=True)
class Sorted:
    """Times of a fork, in order."""

    times: npt.NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.times)

    @property
    def min(self) -> int:
        """Smallest sample."""
        return int(self.times[0])

    @property
    def max(self) -> int:
        """Largest sample."""
        return int(self.times[-1])

    def value_at_rank(self, rank: int) -> int:
        """The sample of that rank, from 1."""
        return int(self.times[rank - 1])

    def count_at_or_below(self, value_ns: int) -> int:
        """Number of samples of at most that."""
        return int(np.searchsorted(self.times, value_ns, side="right"))


def measure(_: Counts) -> Measured:
    """Simulates sessions, always as many: fewer would say little."""
    with ProcessPoolExecutor() as processes:
        alarms = sum(processes.map(_is_alarm, range(_SESSIONS), chunksize=20))
        found = sum(processes.map(_is_found, range(_SESSIONS), chunksize=20))
    tails = Tails(_SESSIONS, alarms, found)
    return Measured(figures(tails), tails)


def figures(found: Tails) -> list[Figure]:
    """The rows of the table."""
    return [
        Figure(
            f"simulated tails that are alike, {found.sessions} sessions: false alarms",
            f"{found.alarms} of {found.sessions}",
            "≤ 5 %",
            found.alarms <= LEVEL * found.sessions,
        ),
        Figure(
            f"simulated tails, 1 in 500 messages slower by 2 µs, {found.sessions} sessions of "
            f"{_PAIRS} pairs of {_MESSAGES:,} messages",
            f"found in {found.found} of {found.sessions}",
            "beside",
            None,
        ),
    ]


def _is_alarm(seed: int) -> bool:
    return differs(np.random.default_rng((1, seed)), 0.0)


def _is_found(seed: int) -> bool:
    return differs(np.random.default_rng((2, seed)), _LATER_NS)


def differs(dice: np.random.Generator, later_ns: float) -> bool:
    """Whether a session says at 5 % that one side has another tail.

    The machine stalls one message in 200 to 50, alike on both sides of a pair but for a tenth.
    """
    before, after = [], []
    for _ in range(_PAIRS):
        stalls = dice.uniform(1 / 200, 1 / 50)
        before.append(_fork(dice, stalls, 0.0))
        after.append(_fork(dice, stalls, later_ns))
    found = tail_shares(_together([*before, *after]), before, after)
    interval = None if found is None else found.interval(LEVEL)
    return interval is not None and not interval.low <= 1 <= interval.high


def _fork(dice: np.random.Generator, stalls: float, later_ns: float) -> Sorted:
    times = dice.normal(1_000, 3, _MESSAGES) * (1 + 0.002 * dice.normal())
    times[dice.random(_MESSAGES) < 1 / 500] += later_ns  # of the table
    struck = dice.random(_MESSAGES) < stalls * dice.uniform(0.9, 1.1)
    times[struck] += 1_000 + 3_000 * dice.pareto(1.2, np.count_nonzero(struck))
    return Sorted(np.sort(np.round(times)))


def _together(forks: Sequence[Sorted]) -> Sorted:
    return Sorted(np.sort(np.concatenate([it.times for it in forks])))
