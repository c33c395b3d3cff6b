"""The slowest messages of a run, over all of its latency passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from latprobe.run.matched import MatchPass
from latprobe.run.model import Condition, Fork, LatencyPass, TailPass
from latprobe.run.slow_message import TailMessage

WORST = 20
"""How many of a run are looked at."""

_PART_BY_NATURE = 0.5


@dataclass(frozen=True)
class SlowMessage:
    """One message that was among the slowest of a pass.

    Attributes:
        message: As it was in the pass that it was slowest in.
        fork: That pass's index.
        passes: How many passes have it among their slowest.
        condition: What the pass that it was slowest in made sure of before it.
        replayed_ns: Its times when the tail was replayed, under the same condition; empty where it
            was not.
    """

    message: TailMessage
    fork: int
    passes: int
    replayed_ns: tuple[float, ...] = ()
    condition: Condition = "warm"

    @property
    def replayed_median_ns(self) -> float | None:
        """None where it was not replayed."""
        return median(self.replayed_ns) if self.replayed_ns else None

    @property
    def slow_by(self) -> Literal["nature", "chance"] | None:
        """Whether it is as slow again: half of its first time or more, at the median."""
        again_ns = self.replayed_median_ns
        if again_ns is None:
            return None
        return "nature" if again_ns >= _PART_BY_NATURE * self.message.longest_ns else "chance"


def worst_messages(forks: Sequence[Fork], fork: int | None = None) -> list[SlowMessage]:
    """The slowest messages of all latency passes, or of one of them: each once, slowest first.

    Passes replay one feed, so that a number stands for one message in all of them; recordings that
    were matched have each their own.
    """
    seen: dict[tuple[int, ...], list[tuple[TailMessage, Fork]]] = {}
    for one in forks:
        match one.result:
            case LatencyPass(tail=tail):
                for message in tail:
                    seen.setdefault((message.sequence,), []).append((message, one))
            case MatchPass(tail=tail):
                for message in tail:
                    answer = -1 if message.answer is None else message.answer.sequence
                    seen[one.index, message.sequence, answer] = [(message, one)]
    replayed = _replayed(forks)
    slow: list[SlowMessage] = []
    for times in seen.values():
        wanted = [it for it in times if fork is None or it[1].index == fork]
        if wanted:
            message, slowest = max(wanted, key=lambda it: it[0].longest_ns)
            again = tuple(replayed.get((message.sequence, slowest.condition), ()))
            slow.append(SlowMessage(message, slowest.index, len(times), again, slowest.condition))
    slow.sort(key=lambda it: (-it.message.longest_ns, it.message.sequence))
    return slow[:WORST]


def _replayed(forks: Sequence[Fork]) -> dict[tuple[int, Condition], list[float]]:
    times: dict[tuple[int, Condition], list[float]] = {}
    for fork in forks:
        if isinstance(fork.result, TailPass):
            for message in fork.result.messages:
                times.setdefault((message.sequence, fork.condition), []).append(message.longest_ns)
    return times
