"""Which forks a run needs, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from latprobe.run.model import Collector
from latprobe.scenario import Drive

_WARMUP_MESSAGES = 20_000
_LEAST_MESSAGES = 100_000

TAIL_REPLAYS = 5
"""Forks that the slowest messages are run again in: odd, so that the median is one of them."""


@dataclass(frozen=True)
class Volume:
    """Messages of one pass: those before the first that counts, and those that count."""

    warmup: int
    measured: int


@dataclass(frozen=True)
class Step:
    """One fork to be run.

    Attributes:
        collector: What it watches.
        index: Counts the forks that watch the same, from 0.
        span: What a span pass times: the index of the first stage and of the last.
        sequences: What a tail pass looks at: messages by their numbers.
    """

    collector: Collector
    index: int
    span: tuple[int, int] | None = None
    sequences: tuple[int, ...] = ()


def volume_of(drive: Drive, feed_messages: int) -> Volume:
    """Fills in what the scenario left open, see `Drive`."""
    warmup = drive.warmup
    if warmup is None:
        warmup = min(_WARMUP_MESSAGES, feed_messages // 10)
    measured = drive.messages or max(feed_messages - warmup, _LEAST_MESSAGES)
    return Volume(warmup, measured)


def plan(drive: Drive, spans: Sequence[tuple[int, int]]) -> list[Step]:
    """The forks of a run.

    What the target understands comes first, since nothing else is worth measuring where it
    crashes. Collectors of what varies take turns, so that a machine that drifts drifts under all.
    Allocations are counted once: they are exact.
    """
    steps = [Step("digest", 0)]
    for index in range(drive.forks):
        steps.append(Step("latency", index))
        steps += [Step("span", index, span) for span in spans]
        steps.append(Step("cost", index))
    steps.append(Step("allocations", 0))
    return steps


def plan_tail(sequences: Sequence[int]) -> list[Step]:
    """The forks that run messages again; none where there are none."""
    if not sequences:
        return []
    return [Step("tail", index, sequences=tuple(sequences)) for index in range(TAIL_REPLAYS)]
