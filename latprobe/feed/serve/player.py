"""Sends messages when they are due."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from latprobe._core import Histogram
from latprobe.errors import FeedError
from latprobe.feed.reader import Feed
from latprobe.feed.serve.schedule import Pace
from latprobe.feed.serve.sent_log import SentLog
from latprobe.feed.serve.sink import Deliveries, Sink
from latprobe.feed.serve.upcoming import Upcoming
from latprobe.feed.serve.waiting import Waiting
from latprobe.feed.transport.framing import FramingError
from latprobe.feed.transport.stop import Stop

_TOLD_EVERY_NS: Final = 250_000_000
_ATTENDED_EVERY: Final = 64
"""A server that is late looks after its clients once in so many messages."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How a feed is played."""

    pace: Pace
    channels: frozenset[str] = frozenset()
    """Those that are played; empty: all."""
    rounds: int | None = 1
    """How often; none: until the end is asked for."""
    after_s: float | None = None
    """The longest that it is played."""
    clients: int = 1
    """How many have to be there before the first message."""
    spin_ns: int = 100_000
    """How long before each message the processor is kept busy rather than slept on."""
    sent: Path | None = None
    """Where to record what was sent when."""


@dataclass(frozen=True, slots=True)
class Served:
    """What was played."""

    messages: int
    """Messages that were handed to somebody, or to the network."""
    to_nobody: int
    """Those that were due when no client was there, or that the system did not take."""
    payload_bytes: int
    elapsed_ns: int
    """From the first message to the last."""
    start_ns: int
    """When the plan began, by the monotonic clock; 0 where no message came."""
    ended_by: str
    lateness: Histogram
    """By how much messages were sent after they were due; without a plan, it is empty."""
    deliveries: Deliveries
    sent: Feed | None
    """What was sent when, where it was recorded."""


@dataclass(frozen=True, slots=True)
class ServeProgress:
    """How far serving is."""

    messages: int
    payload_bytes: int
    elapsed_s: float
    clients: int
    waiting_for: int
    """Clients that have to be there before it begins; 0 when it has begun."""


Progress = Callable[[ServeProgress], None]


class Player:
    """Sends messages when they are due, and notes how late each was."""

    def __init__(
        self,
        feed: Feed,
        sink: Sink,
        options: ServeOptions,
        stop: Stop,
        progress: Progress,
        log: SentLog | None,
    ) -> None:
        self._feed = feed
        self._sink = sink
        self._options = options
        self._stop = stop
        self._progress = progress
        self._log = log
        self._waiting = Waiting(sink, stop, options.spin_ns)
        self._lateness = Histogram()
        self._messages = self._to_nobody = self._payload_bytes = 0
        self._start_ns = self._last_ns = 0
        self._tell_at_ns = 0
        self._ended_by = ""

    def wait_for_clients(self) -> None:
        """Returns when so many clients are there as were asked for."""
        while self._sink.ready < self._options.clients and not self._stop.requested:
            self._tell(self._options.clients)
            self._sink.attend(_TOLD_EVERY_NS / 1e9)

    def play(self, upcoming: Iterator[Upcoming]) -> None:
        """Sends all messages, or as many as are due before the end is asked for."""
        after_s = self._options.after_s
        for part in upcoming:
            if not self._start_ns:
                self._start_ns = self._last_ns = time.monotonic_ns()
            until_ns = self._start_ns + int(after_s * 1e9) if after_s is not None else None
            whole = self._send(part, until_ns)
            if self._stop.requested:
                self._ended_by = self._stop.reason
                return
            if not whole:
                self._ended_by = f"--for {after_s:g}s"
                return
        self._ended_by = "the end of the feed"

    def served(self, sent: Feed | None) -> Served:
        """What was played."""
        return Served(
            self._messages,
            self._to_nobody,
            self._payload_bytes,
            self._last_ns - self._start_ns,
            self._start_ns,
            self._ended_by or self._stop.reason,
            self._lateness,
            self._sink.deliveries,
            sent,
        )

    def _send(self, part: Upcoming, until_ns: int | None) -> bool:
        """Sends a part; whether all of it."""
        sink, waiting, content = self._sink, self._waiting, part.payload
        planned, start_ns = self._options.pace.planned, self._start_ns
        late_ns: list[int] = []
        sent_ns: list[int] = []
        number = 0
        whole = True
        try:
            for due_ns, start, stop in zip(part.due_ns, part.starts, part.stops, strict=True):
                due_at_ns = start_ns + due_ns
                if planned:
                    now_ns = waiting.until(due_at_ns, until_ns)
                else:
                    sink.relieve()
                    now_ns = time.monotonic_ns()
                if self._stop.requested or (until_ns is not None and now_ns >= until_ns):
                    whole = False
                    break
                wall_ns = time.time_ns()
                handed = sink.send(content[start:stop])
                late_ns.append(now_ns - due_at_ns)
                sent_ns.append(wall_ns if handed else 0)
                if handed:
                    self._payload_bytes += stop - start
                self._last_ns = now_ns
                number += 1
                if not number % _ATTENDED_EVERY:
                    sink.attend(0)
        except FramingError as error:
            at = self._messages + self._to_nobody + number
            raise FeedError(
                self._feed.path, None, f"message {at:,} cannot be sent: {error}"
            ) from error
        self._note(late_ns if planned else [], sent_ns)
        return whole

    def _note(self, late_ns: list[int], sent_ns: list[int]) -> None:
        nobody = sent_ns.count(0)
        self._messages += len(sent_ns) - nobody
        self._to_nobody += nobody
        record = self._lateness.record
        for late in late_ns:
            record(late)
        if self._log is not None:
            self._log.add(sent_ns)
        if self._last_ns >= self._tell_at_ns:
            self._tell(0)

    def _tell(self, waiting_for: int) -> None:
        self._tell_at_ns = time.monotonic_ns() + _TOLD_EVERY_NS
        elapsed_s = (self._last_ns - self._start_ns) / 1e9
        self._progress(
            ServeProgress(
                self._messages, self._payload_bytes, elapsed_s, self._sink.ready, waiting_for
            )
        )
