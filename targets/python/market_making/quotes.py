"""Publishing quotes to somebody who reads them slowly."""

import asyncio

from latprobe.service import Probe
from market_making.strategy import Quote


class Quotes:
    """Quotes on their way to a consumer.

    Args:
        probe: Watches the queue.
        consumer_s: What the consumer takes for one.
        waits: Whether who publishes waits for the consumer; else the newest quote takes the place
            of one that was not read yet.
    """

    def __init__(self, probe: Probe, consumer_s: float, *, waits: bool) -> None:
        self._probe = probe
        self._consumer_s = consumer_s
        self._queue: asyncio.Queue[Quote] = probe.queue("quotes", asyncio.Queue(maxsize=1))
        self._waits = waits

    async def publish(self, quote: Quote) -> None:
        """Hands a quote to the consumer."""
        if self._waits:
            await self._queue.put(quote)
            return
        if self._queue.full():
            self._queue.get_nowait()
            self._probe.superseded()
        self._queue.put_nowait(quote)

    async def consume(self) -> None:
        """The consumer, which never ends."""
        while True:
            await self._queue.get()
            await asyncio.sleep(self._consumer_s)
