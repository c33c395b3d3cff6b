"""What an asyncio target needs that only a feed and a scenario together say."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.driver.plan import Volume
from latprobe.feed.blocks import read_blocks
from latprobe.feed.pick import read_times
from latprobe.feed.protocols import protocol_named
from latprobe.feed.protocols.protocol import NO_TIME
from latprobe.feed.reader import Feed
from latprobe.feed.serve.schedule import Pace, Schedule
from latprobe.scenario import Drive, Scenario, ns_of, rate_of
from latprobe.service.job import ServiceJob

if TYPE_CHECKING:
    import numpy.typing as npt

_ANY_PORT: Final = "ws://127.0.0.1:0"


@contextmanager
def service_job(scenario: Scenario, feed: Feed, volume: Volume) -> Iterator[ServiceJob | None]:
    """What forks of an asyncio target are told, with the files that it names; None for another.

    Raises:
        FeedError: the feed is damaged.
    """
    target = scenario.target
    if target.asyncio is None:
        yield None
        return
    messages = volume.warmup + volume.measured
    with TemporaryDirectory(prefix="latprobe-") as name:
        plan, lags = Path(name) / "plan.npy", Path(name) / "lags.npy"
        np.save(plan, due_times(scenario.drive, feed, messages))
        recorded = recorded_lags(feed, messages)
        if recorded is not None:
            np.save(lags, recorded)
        yield ServiceJob(
            reference=target.asyncio,
            path=target.path,
            config=target.config,
            loop=target.loop,
            transport=target.transport,
            plan=str(plan),
            lags="" if recorded is None else str(lags),
            serve=_serve_options(scenario.drive, feed, messages),
            timeout_s=scenario.limits.timeout_s,
        )


def due_times(drive: Drive, feed: Feed, messages: int) -> "npt.NDArray[np.int64]":
    """When each message of a plan is due, in nanoseconds from the start."""
    match drive.mode:
        case "poisson":
            seed = 1 if drive.seed is None else drive.seed
            gaps = np.random.default_rng(seed).exponential(1e9 / rate_of(drive), messages)
            return np.rint(np.cumsum(gaps)).astype(np.int64)
        case "burst":
            gap_ns, on_ns = 1e9 / rate_of(drive), ns_of(drive.on)
            in_burst = max(1, math.ceil(on_ns / gap_ns))
            burst, number = np.divmod(np.arange(messages), in_burst)
            return np.rint(burst * (on_ns + ns_of(drive.off)) + number * gap_ns).astype(np.int64)
        case "rate":
            return Schedule(Pace(rate=rate_of(drive))).due(np.zeros(messages, np.int64))
        case _:
            return _recorded(feed, messages, drive.speed or 1.0)


def recorded_lags(feed: Feed, messages: int) -> "npt.NDArray[np.int64] | None":
    """How much later than its event time each message was received when it was recorded.

    Of one that has no time, `NO_TIME`; None where no message has one, or the feed is made up.
    """
    protocol = protocol_named(feed.protocol)
    if protocol is None or feed.synthetic:
        return None
    parts: list[npt.NDArray[np.int64]] = []
    read = 0
    for block in read_blocks(feed):
        event_ns = protocol.headers(block).event_ns
        if event_ns is None:
            return None
        lag = np.where(event_ns == NO_TIME, NO_TIME, block.recv_ns - event_ns)
        parts.append(lag)
        read += len(block)
        if read >= messages:
            break
    lags = np.concatenate(parts)[:messages]
    return lags if (lags != NO_TIME).any() else None


def _recorded(feed: Feed, messages: int, speed: float) -> "npt.NDArray[np.int64]":
    """The feed's own gaps; where it ends, it starts anew, as it does when it is served."""
    schedule = Schedule(Pace(speed=speed))
    parts: list[npt.NDArray[np.int64]] = []
    planned = 0
    while True:
        for times in read_times(feed):
            parts.append(schedule.due(times))
            planned += len(times)
            if planned >= messages:
                return np.concatenate(parts)[:messages]
        schedule.start_again()


def _serve_options(drive: Drive, feed: Feed, messages: int) -> list[str]:
    pace = ["--rate", f"{rate_of(drive)}/s"]
    if drive.mode == "recorded":
        pace = ["--speed", str(drive.speed or 1.0)]
    again = ["--loop"] if messages > feed.messages else []
    # The other processor is the server's: it spins before each message.
    return [str(feed.path), _ANY_PORT, *pace, *again]
