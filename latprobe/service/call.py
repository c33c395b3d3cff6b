"""Calls a service with each message when it is due, as the reader of a connection would."""

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from time import monotonic_ns
from typing import Final

from latprobe.service.kernel_timer import KernelTimer
from latprobe.service.progress import Progress
from latprobe.service.resolve import Handler
from latprobe.service.watching import WatchingProbe

LEAD_NS: Final = 20_000_000
"""From making a plan to its first message."""


class Caller:
    """Hands over one message after the other; those that become due meanwhile wait.

    Whatever the service does, each message is due when the plan says.

    Args:
        loop: Where the service runs.
        due_ns: When each message is due, from the start.
        payloads: The messages.
        handler: What takes them.
        probe: Told of each that is handed over.
        progress: As well.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        due_ns: Sequence[int],
        payloads: Iterator[bytes],
        handler: Handler,
        probe: WatchingProbe,
        progress: Progress,
    ) -> None:
        self._due_ns = due_ns
        self._payloads = payloads
        self._handler = handler
        self._probe = probe
        self._progress = progress
        self._there = asyncio.Event()
        self._due = 0
        self._timer = KernelTimer(loop, self._become_due)
        self.errors: Counter[str] = Counter()
        self.error_examples: dict[str, str] = {}
        self.start_ns = 0

    async def run(self) -> None:
        """Returns when the last message was handled."""
        self.start_ns = monotonic_ns() + LEAD_NS
        self._timer.arm(self.start_ns + self._due_ns[0])
        handler, received = self._handler, self._probe.received
        reached, payloads = self._progress.reached, self._payloads
        try:
            for sequence in range(len(self._due_ns)):
                payload = next(payloads)
                while sequence >= self._due:
                    self._there.clear()
                    await self._there.wait()
                reached(sequence)
                try:
                    waited = handler(received(), payload)
                    if waited is not None:
                        await waited
                except Exception as error:  # a service's own, which a message caused
                    self._note(error)
        finally:
            self._timer.close()

    def _note(self, error: Exception) -> None:
        name = type(error).__name__
        self.errors[name] += 1
        self.error_examples.setdefault(name, str(error))

    def _become_due(self) -> None:
        # What is due by now has come together.
        self._due = bisect_right(self._due_ns, monotonic_ns() - self.start_ns, self._due)
        if self._due < len(self._due_ns):
            self._timer.arm(self.start_ns + self._due_ns[self._due])
        self._there.set()
