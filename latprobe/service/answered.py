"""Calling what of a service may be a coroutine or not."""

import asyncio
from collections.abc import Awaitable, Callable

from latprobe._core import NativeError

Call = Callable[[], Awaitable[object] | None]


async def answered(call: Call | None) -> None:
    """Calls it, and waits for it where it has to be waited for."""
    waited = call() if call is not None else None
    if waited is not None:
        await waited


async def stopped(stop: Call | None, timeout_s: float) -> None:
    """Has a service finish what it has in hand.

    Raises:
        NativeError: where that takes too long.
    """
    try:
        await asyncio.wait_for(answered(stop), timeout_s)
    except TimeoutError:
        raise NativeError(f"the service's `stop` did not return in {timeout_s:g} s") from None
