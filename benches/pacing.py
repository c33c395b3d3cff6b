"""How punctually messages are handed over by a plan, and who is to blame for those that are not."""

import math
from typing import Final

from msgspec import Struct

from benches.figure import Figure
from benches.native import BenchError
from latprobe.driver.drive import run_collector
from latprobe.driver.plan import Volume
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.run.model import LatencyPass
from latprobe.run.pacing import Pacing, Unseen, Watched, unseen
from latprobe.scenario import Drive, Scenario, SynthFeed, TargetReference
from latprobe.units import format_count

_RATE: Final = "100k/s"
_MESSAGES: Final = 1_000_000
_WARMUP: Final = 20_000
_FEED_MESSAGES: Final = 100_000
_AWAY_TOLERANCE: Final = 0.001
"""On a quiet CPU other tasks have less of the time."""


class Paced(Struct, frozen=True):
    """A fork over the built-in target that does nothing.

    Attributes:
        messages: How many were recorded.
        pacing: How well the plan was kept.
        in_service: Stalls in the target's calls: it does nothing that takes long.
        in_bookkeeping: Stalls in what the driver does between two messages.
        away: The part of the time for which other tasks had the CPU.
        involuntary_switches: How often they took it.
    """

    messages: int
    pacing: Pacing
    in_service: Unseen
    in_bookkeeping: Unseen
    away: float
    involuntary_switches: int

    @property
    def late_in_service(self) -> int:
        """Messages late by a call of a target that does nothing."""
        return self.pacing.late - self.pacing.late_by_platform - self.pacing.late_by_driver

    @property
    def left_over(self) -> int:
        """Late messages that no stall explains, seen or by the rate of those seen."""
        return _left_over(self.late_in_service, self.in_service) + _left_over(
            self.pacing.late_by_driver, self.in_bookkeeping
        )


def measure() -> Paced:
    """Drives for 10 s, as any run does."""
    feed = prepare_feed(SynthFeed("json", messages=_FEED_MESSAGES), lambda _: None)
    target = TargetReference("builtin", "null")
    scenario = Scenario("null", str(feed.path), target, drive=Drive("rate", rate=_RATE))
    fork = run_collector(
        "latency", scenario, replayable(feed), Volume(_WARMUP, _MESSAGES), lambda _: None
    )
    if not isinstance(fork.result, LatencyPass) or fork.result.pacing is None or not fork.usage:
        raise BenchError(f"the latency pass has failed: {fork.failure}")
    pacing = fork.result.pacing
    waiting = _told(pacing.awake)
    return Paced(
        messages=fork.result.recorded,
        pacing=pacing,
        in_service=unseen([waiting], [_told(pacing.service)]),
        in_bookkeeping=unseen([waiting], [_told(pacing.bookkeeping)]),
        away=max(0.0, 1 - fork.usage.cpu_s / fork.usage.seconds),
        involuntary_switches=fork.usage.involuntary_switches,
    )


def figures(paced: Paced) -> list[Figure]:
    """All that were late, by whom, and how many are left over for latprobe."""
    late, waiting = paced.pacing, _told(paced.pacing.waiting)
    measured = (
        f"{paced.left_over:,} left over of {late.late:,} late in {paced.messages:,}: "
        f"{late.late_by_platform:,} behind {waiting.stalls:,} stalls that were seen, "
        f"{_behind(paced.late_in_service, paced.in_service)} in the target's call, "
        f"{_behind(late.late_by_driver, paced.in_bookkeeping)} in the driver's own work; "
        f"{late.page_faults:,} page faults"
    )
    holds: bool | None = paced.left_over == 0
    if not holds and paced.away > _AWAY_TOLERANCE:
        measured += (
            f"; not a quiet CPU: other tasks took it {paced.involuntary_switches:,} times, "
            f"for {100 * paced.away:.1f} % of the time"
        )
        holds = None
    return [
        Figure("paced at 100 k/s for 10 s: over 1 µs late without a stall", measured, "0", holds)
    ]


def _told(part: Watched | None) -> Watched:
    if part is None:
        raise BenchError("the core does not tell the parts of the driver's time apart")
    return part


def _behind(late: int, stalls: Unseen) -> str:
    return f"{late:,} behind {stalls.stalls:,} ({format_count(stalls.expected)} by the same rate)"


def _left_over(late: int, stalls: Unseen) -> int:
    """The part of them that the rate does not explain, where it does not explain them all."""
    if not stalls.is_more:
        return 0
    return math.ceil(late * (1 - stalls.expected / stalls.stalls))
