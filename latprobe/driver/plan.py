"""Which forks a run needs, and in which order."""

from dataclasses import dataclass

from latprobe.run.model import Collector
from latprobe.scenario import Drive

_WARMUP_MESSAGES = 20_000
_LEAST_MESSAGES = 100_000


@dataclass(frozen=True)
class Volume:
    """Messages of one pass: those before the first that counts, and those that count."""

    warmup: int
    measured: int


@dataclass(frozen=True)
class Step:
    """One fork to be run; `index` counts the forks of its collector from 0."""

    collector: Collector
    index: int


def volume_of(drive: Drive, feed_messages: int) -> Volume:
    """Fills in what the scenario left open, see `Drive`."""
    warmup = drive.warmup
    if warmup is None:
        warmup = min(_WARMUP_MESSAGES, feed_messages // 10)
    measured = drive.messages or max(feed_messages - warmup, _LEAST_MESSAGES)
    return Volume(warmup, measured)


def plan(drive: Drive) -> list[Step]:
    """The forks of a run.

    What the target understands comes first, since nothing else is worth measuring where it
    crashes. Latency and cost take turns, so that a machine that drifts drifts under both.
    Allocations are counted once: they are exact.
    """
    steps = [Step("digest", 0)]
    for index in range(drive.forks):
        steps += [Step("latency", index), Step("cost", index)]
    steps.append(Step("allocations", 0))
    return steps
