"""The probe of a service that is measured."""

import asyncio
from array import array
from collections.abc import Callable
from time import monotonic_ns
from typing import Final

from latprobe.service.failures import Failures
from latprobe.service.probe import Queue
from latprobe.service.series import Series
from latprobe.service.task_switches import Switches
from latprobe.service.watched_lock import WatchedLock
from latprobe.service.watched_queue import Waiting, watch_queue

_OWN_WORDS: Final = frozenset(
    {
        "message",
        "loop",
        "receive",
        "total",
        "end_to_end",
        "message_to_decision",
        "decision_to_acknowledged",
    }
)


class _SeriesTimer:
    """Notes times into a series."""

    def __init__(self, times: Series) -> None:
        self._add = times.add

    def start(self) -> int:
        return monotonic_ns()

    def stop(self, started: int) -> None:
        self._add(monotonic_ns() - started)


class WatchingProbe:
    """Notes what a service says. Each note is a reading of the clock and a store.

    Args:
        messages: How many there will be, those to warm up among them.
        warmup: How many of those do not count.
        other_cpus: CPUs that the service's helpers may use.
        reached: Told the number of each message that is there.
    """

    def __init__(
        self,
        messages: int,
        warmup: int,
        other_cpus: tuple[int, ...] = (),
        reached: Callable[[int], None] | None = None,
    ) -> None:
        self.other_cpus = other_cpus
        self.failures = Failures()
        self.switches = Switches()
        self._reached = reached
        self.messages = messages
        self.warmup = warmup
        self.received_ns = array("q", bytes(8 * messages))
        self.decided_ns = array("q", bytes(8 * messages))
        self.acknowledged_ns = array("q", bytes(8 * messages))
        self.taken = 0
        """Messages that the service has been handed, or has received."""
        self._waiting: list[Waiting] = []
        self.queue_waits: dict[str, Series] = {}
        self.queue_depths: dict[str, Series] = {}
        self.lock_waits: dict[str, Series] = {}
        self.lock_holds: dict[str, Series] = {}
        self.timers: dict[str, Series] = {}
        self.loop_lag = Series()
        self.superseded_entries = 0
        self.dropped_entries = 0

    def queue(self, name: str, queue: Queue) -> Queue:
        """See `Probe.queue`."""
        self._check(name)
        wait, depth = Series(), Series()
        self._waiting.append(watch_queue(queue, wait, depth))
        self.queue_waits[name], self.queue_depths[name] = wait, depth
        return queue

    def lock(self, name: str) -> asyncio.Lock:
        """See `Probe.lock`."""
        self._check(name)
        wait, hold = Series(), Series()
        self.lock_waits[name], self.lock_holds[name] = wait, hold
        return WatchedLock(wait, hold)

    def timer(self, name: str) -> _SeriesTimer:
        """See `Probe.timer`."""
        self._check(name)
        self.timers[name] = times = Series()
        return _SeriesTimer(times)

    def received(self) -> int:
        """See `Probe.received`."""
        sequence = self.taken
        if sequence >= self.messages:
            # What a server sends beyond the plan: it is asked to end, but may have sent more.
            return self.messages - 1
        if self._reached is not None:
            self._reached(sequence)
        self.received_ns[sequence] = monotonic_ns()
        self.taken = sequence + 1
        if sequence == self.warmup:
            self.begin_counting()
        return sequence

    def decided(self, sequence: int, first: int | None = None) -> None:
        """See `Probe.decided`."""
        now_ns, decided_ns = monotonic_ns(), self.decided_ns
        for number in range(sequence if first is None else first, sequence + 1):
            if not decided_ns[number]:
                decided_ns[number] = now_ns

    def acknowledged(self, sequence: int) -> None:
        """See `Probe.acknowledged`."""
        if not self.acknowledged_ns[sequence]:
            self.acknowledged_ns[sequence] = monotonic_ns()

    def superseded(self, count: int = 1) -> None:
        """See `Probe.superseded`."""
        self.superseded_entries += count

    def dropped(self, count: int = 1) -> None:
        """See `Probe.dropped`."""
        self.dropped_entries += count

    def begin_counting(self) -> None:
        """What was noted so far was to warm up."""
        self.superseded_entries = self.dropped_entries = 0
        self.failures.begin_counting()
        self.switches.begin_counting()
        self.loop_lag.begin_counting()
        for waiting in self._waiting:
            waiting.begin_counting()
        for kind in (
            self.queue_waits,
            self.queue_depths,
            self.lock_waits,
            self.lock_holds,
            self.timers,
        ):
            for series in kind.values():
                series.begin_counting()

    def _check(self, name: str) -> None:
        taken = {*self.queue_waits, *self.lock_waits, *self.timers, *_OWN_WORDS}
        if not name or name in taken or not name.replace("_", "").replace("-", "").isalnum():
            raise ValueError(
                f"nothing can be watched as {name!r}: each queue, lock and timer has a name of its "
                f"own, of letters, digits, _ and -, and none is {', '.join(sorted(_OWN_WORDS))}"
            )
