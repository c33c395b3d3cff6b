"""What an asyncio target needs that only a feed and a scenario together say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe import _core
from latprobe.driver.driving import pace_of
from latprobe.driver.plan import Volume
from latprobe.feed.blocks import read_blocks
from latprobe.feed.pick import read_times
from latprobe.feed.protocols import protocol_named
from latprobe.feed.protocols.protocol import NO_TIME
from latprobe.feed.reader import Feed
from latprobe.feed.serve.schedule import Pace, Schedule
from latprobe.scenario import Drive, Scenario, rate_of
from latprobe.temporary_folder import temporary_folder

if TYPE_CHECKING:
    import numpy.typing as npt

    from latprobe.service.job import ServiceJob

_ANY_PORT: Final = "ws://127.0.0.1:0"


@contextmanager
def service_job(
    scenario: Scenario, feed: Feed, volume: Volume, *, is_called: bool = True
) -> "Iterator[ServiceJob | None]":
    """What forks of an asyncio target are told, with the files that it names; None for another.

    `is_called`: whether the target takes messages by call.

    Raises:
        FeedError: the feed is damaged.
    """
    target = scenario.target
    if target.asyncio is None:
        yield None
        return
    messages = volume.warmup + volume.measured
    with temporary_folder() as folder:
        plan, lags = folder / "plan.npy", folder / "lags.npy"
        due_ns = due_times(scenario.drive, feed, messages)
        if target.transport == "websocket":
            due_ns = served_times(scenario.drive, feed, messages)
        np.save(plan, due_ns)
        recorded = recorded_lags(feed, messages)
        if recorded is not None:
            np.save(lags, recorded)
        yield {
            "reference": target.asyncio,
            "path": target.path,
            "config": target.config,
            "loop": target.loop,
            "transport": target.transport,
            "plan": str(plan),
            "lags": "" if recorded is None else str(lags),
            "serve": _serve_options(scenario.drive, feed, messages),
            "timeout_s": scenario.limits.timeout_s,
            "is_called": is_called,
        }


def due_times(drive: Drive, feed: Feed, messages: int) -> "npt.NDArray[np.int64]":
    """When each message of a plan is due, in nanoseconds from the start: the core's own plan."""
    pace = pace_of(drive)
    assert pace is not None, "an asyncio target is driven by a plan"
    recv_ns = np.zeros(messages, np.int64)
    if drive.mode == "recorded":
        recv_ns = np.concatenate([*_rounds(feed, messages)])[:messages]
    return np.frombuffer(_core.plan_ns(pace, recv_ns.data), np.int64)


def served_times(drive: Drive, feed: Feed, messages: int) -> "npt.NDArray[np.int64]":
    """The same as `latprobe feed serve` plans it, which goes from round to round by a mean gap."""
    if drive.mode == "rate":
        return Schedule(Pace(rate=rate_of(drive))).due(np.zeros(messages, np.int64))
    schedule = Schedule(Pace(speed=drive.speed or 1.0))
    parts: list[npt.NDArray[np.int64]] = []
    planned = 0
    while planned < messages:
        if parts:
            schedule.start_again()
        for times in read_times(feed):
            parts.append(schedule.due(times))
            planned += len(times)
    return np.concatenate(parts)[:messages]


def _rounds(feed: Feed, messages: int) -> "Iterator[npt.NDArray[np.int64]]":
    """Receive times of at least so many messages: where the feed ends, it starts anew."""
    planned = 0
    while planned < messages:
        for times in read_times(feed):
            yield times
            planned += len(times)


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


def _serve_options(drive: Drive, feed: Feed, messages: int) -> list[str]:
    pace = ["--rate", f"{rate_of(drive)}/s"]
    if drive.mode == "recorded":
        pace = ["--speed", str(drive.speed or 1.0)]
    again = ["--loop"] if messages > feed.messages else []
    # The other processor is the server's: it spins before each message.
    return [str(feed.path), _ANY_PORT, *pace, *again]
