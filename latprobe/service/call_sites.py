"""Which lines of a service allocate, by memray: a `CallSitePass` as plain data.

What is allocated from one message to the next, in whatever task, is the first one's: a service goes
on working when it has answered.
"""

import asyncio
from dataclasses import replace
from mmap import mmap
from pathlib import Path
from typing import Any, Final

from latprobe import _core
from latprobe.callables.call_sites import MOST_MESSAGES, Stack, Start, Told, trace
from latprobe.service.progress import Progress
from latprobe.service.resolve import loop_factory
from latprobe.service.run import Fork, noted

_OWN_FOLDER: Final = str(Path(__file__).parents[1]) + "/"
_KIND: Final = "message"


def traced_service(fork: Fork, shared: mmap, capture: str | None) -> str:
    """Runs a service by its plan under memray's tracker, and answers a `CallSitePass` as JSON.

    Raises:
        NativeError: where memray is not installed, or as `latprobe.service.run.run_service`.
    """
    counted = min(fork.messages - fork.warmup, MOST_MESSAGES)
    progress = Progress(shared)

    def driven(start: Start) -> Told:
        with asyncio.Runner(loop_factory=loop_factory(fork.job["loop"])) as runner:
            loop = runner.get_loop()
            teller = _Teller(fork.warmup, loop.create_future())
            told = replace(
                fork,
                messages=fork.warmup + counted,
                on_message=teller.reached,
                on_last=teller.end,
            )
            task = loop.create_task(noted(told, progress))
            first: list[asyncio.Future[Any]] = [teller.warm, task]
            loop.run_until_complete(asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED))
            # Between two turns of the loop, when none of its frames is on the stack.
            start()
            teller.is_traced = True
            loop.run_until_complete(task)
        if not teller.has_begun:
            raise _core.NativeError(
                "when the warm-up was over all other messages were due as well, and none was left "
                "to trace: audit more of them, or hand them over more slowly"
            )
        return Told([], [_KIND])

    return trace(driven, capture, of_service, progress.alive)


def of_service(stack: Stack) -> Stack | None:
    """A stack without latprobe's frames; None for what latprobe itself asks for."""
    if stack and stack[0][1].startswith(_OWN_FOLDER):
        return None
    return tuple(frame for frame in stack if not frame[1].startswith(_OWN_FOLDER))


class _Teller:
    """Tells the tracer where each message begins and ends, once there is one."""

    def __init__(self, warmup: int, warm: "asyncio.Future[None]") -> None:
        self.warm = warm
        self.is_traced = False
        self._warmup = warmup
        self.has_begun = False

    def reached(self, sequence: int) -> None:
        """A message is there."""
        if sequence >= self._warmup and not self.warm.done():
            self.warm.set_result(None)
        if self.is_traced:
            self.end()
            _core.tell(_core.TOLD_BEGIN)
            self.has_begun = True

    def end(self) -> None:
        """The message in hand is over, if there is one; it is of the only kind."""
        if self.has_begun:
            _core.tell(_core.TOLD_END + 1)
