"""Calls a service with each message when it is due, as the reader of a connection would."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from time import monotonic_ns
from typing import Final

from latprobe.service.kernel_timer import KernelTimer
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
        probe: Told of each that is handed over, and of what is raised.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        due_ns: Sequence[int],
        payloads: Iterator[bytes],
        handler: Handler,
        probe: WatchingProbe,
    ) -> None:
        self._due_ns = due_ns
        self._payloads = payloads
        self._handler = handler
        self._probe = probe
        self._there = asyncio.Event()
        self._due = 0
        self._timer = KernelTimer(loop, self._become_due)
        self.start_ns = 0

    async def run(self) -> None:
        """Returns when the last message was handled."""
        self.start_ns = monotonic_ns() + LEAD_NS
        self._timer.arm(self.start_ns + self._due_ns[0])
        handler, received = self._handler, self._probe.received
        payloads, failed = self._payloads, self._probe.failures.note
        try:
            for sequence in range(len(self._due_ns)):
                payload = next(payloads)
                while sequence >= self._due:
                    self._there.clear()
                    await self._there.wait()
                try:
                    answer = handler(received(), payload)
                    # What is no coroutine says what the message was.
                    if answer is not None and hasattr(answer, "__await__"):
                        await answer
                except Exception as error:  # a service's own, which a message caused
                    failed(error)
        finally:
            self._timer.close()

    def _become_due(self) -> None:
        # What is due by now has come together.
        self._due = bisect_right(self._due_ns, monotonic_ns() - self.start_ns, self._due)
        if self._due < len(self._due_ns):
            self._timer.arm(self.start_ns + self._due_ns[self._due])
        self._there.set()
