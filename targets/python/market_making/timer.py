"""Work that is due every so often."""

import asyncio
from collections.abc import Callable


async def every(period_s: float, work: Callable[[], None], *, catches_up: bool) -> None:
    """Works at each tick, and never ends.

    Args:
        period_s: From one tick to the next.
        work: What is to be done.
        catches_up: Whether ticks that were missed are made up for; else they are skipped.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + period_s
    while True:
        await asyncio.sleep(max(0.0, due - loop.time()))
        if catches_up:
            while due <= loop.time():
                work()
                due += period_s
        else:
            work()
            due += period_s * (1 + max(0, int((loop.time() - due) / period_s)))
