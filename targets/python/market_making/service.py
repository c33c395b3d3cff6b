"""The service: market data in, decisions, quotes and orders out."""

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import Coroutine
from logging.handlers import MemoryHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from latprobe.service import Probe
from market_making.discovery import Discovery, Markets
from market_making.event_log import BlockingEventLog, ThreadedEventLog
from market_making.exchange import exchange
from market_making.frame_log import log_frame
from market_making.market import Event, Market, read_event
from market_making.orders import Orders
from market_making.quotes import Quotes
from market_making.settings import FAULTS, Faults, Settings
from market_making.strategy import Quote, quote_for
from market_making.timer import every

_BETWEEN_ORDERS_S: Final = 0.001
_DEPTH_S: Final = 0.002
_SAMPLED: Final = 10_000
_LINES: Final = 1_000
_SIDES: Final = ("buy", "sell")
_LARGEST_FRAME_BYTES: Final = 2**24


def create(probe: Probe, faults: list[str] | None = None, **settings: float) -> "MarketMaker":
    """A market-making service, with those faults that are named, or with `all`."""
    named = list(FAULTS) if faults == ["all"] else faults or []
    unknown = set(named) - set(FAULTS)
    if unknown:
        raise ValueError(f"no fault is called {sorted(unknown)[0]}: there are {', '.join(FAULTS)}")
    return MarketMaker(
        probe,
        Settings(faults=Faults(**dict.fromkeys(named, True)), **settings),  # type: ignore[arg-type]
    )


class MarketMaker:
    """Tasks and queues around one market."""

    family = "market-making"

    def __init__(self, probe: Probe, settings: Settings) -> None:
        faults = settings.faults
        self._probe = probe
        self._settings = settings
        self._faults = faults
        self._market = Market()
        self._event = Event()
        self._ticks: asyncio.Queue[int] = probe.queue("market", asyncio.Queue())
        self._quotes = Quotes(probe, settings.consumer_s, waits=faults.waits_for_consumer)
        self._orders = Orders(probe, one_lock=faults.one_lock)
        self._discovery = Discovery(
            self._listed, self._set_up, settings.discovery_s, always=faults.publishes_unchanged
        )
        self._logger = logging.getLogger("market_making")
        self._quoted: Quote | None = None
        self._ordered_at = 0.0
        self._frames = 0
        self._listing = {
            f"M{number}": {"tick": 0.1, "lot": 0.001} for number in range(settings.markets)
        }
        self._newest = 0
        self._by_market: dict[str, dict[str, Any]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._open = contextlib.AsyncExitStack()

    async def start(self) -> None:
        """Opens the logs and the way to the exchange, and starts all tasks."""
        settings, faults = self._settings, self._faults
        folder = Path(self._open.enter_context(TemporaryDirectory(prefix="market-making-")))
        self._start_logging(folder / "service.log")
        log = BlockingEventLog if faults.blocking_event_log else ThreadedEventLog
        self._events = log(folder / "events")
        self._open.callback(self._events.close)
        url = await self._open.enter_async_context(
            exchange(settings.answer_s, self._probe.other_cpus)
        )
        self._orders.connect(url)
        self._open.callback(self._orders.close)
        self._discovery.look()
        # What is there by now stays: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()
        self._run(self._decide())
        self._run(self._keep_depth())
        self._run(self._quotes.consume())
        self._run(self._discovery.run())
        self._run(every(settings.timer_s, self._look_after, catches_up=faults.catches_up))
        if settings.stall_every_s:
            self._run(self._stall())

    def on_message(self, sequence: int, payload: bytes | str) -> str:
        """Takes a frame of market data; answers what it was."""
        self._frames += 1
        if self._faults.logs_raw_frames or self._frames % _SAMPLED == 0:
            log_frame(self._logger, payload)
        self._event = event = read_event(payload)
        self._market.apply(event)
        self._events.add(b"market %d" % sequence)
        self._newest = sequence
        if self._ticks.empty():
            self._ticks.put_nowait(sequence)
        return event.e or "other"

    def digest(self) -> tuple[object, ...]:
        """What was understood of the last frame."""
        event = self._event
        return bytes(event.b), bytes(event.a), event.p, event.q

    async def connect(self, url: str) -> None:
        """Receives market data over a WebSocket until the other side ends it."""
        import aiohttp  # noqa: PLC0415

        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url, max_msg_size=_LARGEST_FRAME_BYTES) as socket,
        ):
            async for message in socket:
                self.on_message(self._probe.received(), message.data)

    async def stop(self) -> None:
        """Finishes what is decided, and ends all tasks."""
        while not self._ticks.empty():
            await asyncio.sleep(self._settings.consumer_s)
        await asyncio.gather(*self._sending)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._open.aclose()

    async def _decide(self) -> None:
        while True:
            first = await self._ticks.get()
            # What came meanwhile is in the market already: one decision answers all of it.
            last = self._newest
            if self._faults.logs_each_tick:
                for sequence in range(first, last + 1):
                    self._logger.info("tick %d: %s", sequence, self._market.snapshot())
            market = self._market.clone() if self._faults.clones_state else self._market
            quote = quote_for(market.snapshot())
            self._probe.decided(last, first)
            if quote is not None and quote != self._quoted:
                self._quoted = quote
                self._act(last, quote)
                await self._quotes.publish(quote)

    async def _keep_depth(self) -> None:
        """Brings the book up to date a change at a time, behind whatever else is due."""
        while True:
            await asyncio.sleep(0 if self._market.change_depth() else _DEPTH_S)

    def _act(self, sequence: int, quote: Quote) -> None:
        """Plans orders for a quote, unless there were some just now."""
        now = time.monotonic()
        if now - self._ordered_at < self._settings.requote_s:
            return
        self._ordered_at = now
        self._events.add(b"orders %d" % sequence)
        if self._faults.logs_each_tick:
            for side in _SIDES:
                self._logger.info("planned: cancel and post %s at %s", side, quote)
        task = asyncio.get_running_loop().create_task(self._send(sequence, quote))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, sequence: int, quote: Quote) -> None:
        # What comes meanwhile is handled before the second order is built.
        buying, selling = (self._orders.send(quote, side) for side in _SIDES)
        sent = asyncio.get_running_loop().create_task(buying)
        await asyncio.sleep(_BETWEEN_ORDERS_S)
        await asyncio.gather(sent, selling)
        self._probe.acknowledged(sequence)

    def _listed(self) -> Markets:
        return self._listing

    def _set_up(self, markets: Markets) -> None:
        """Makes anew all that goes by market."""
        self._by_market = {
            name: {**told, "fair": 0.0, "orders": [], "limits": dict.fromkeys(range(10), 0.0)}
            for name, told in markets.items()
        }
        self._logger.debug("%d markets", len(markets))

    def _look_after(self) -> None:
        """Goes through open orders: so much work for each tick of the timer."""
        until = time.perf_counter() + self._settings.timer_work_s
        while time.perf_counter() < until:
            pass

    async def _stall(self) -> None:
        """Something that stops the loop, as a library's blocking call does."""
        while True:
            await asyncio.sleep(self._settings.stall_every_s)
            time.sleep(self._settings.stall_s)  # this is the point

    def _start_logging(self, path: Path) -> None:
        file = logging.FileHandler(path)
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        handler: logging.Handler = file
        if not (self._faults.logs_each_tick or self._faults.logs_raw_frames):
            # The few lines are written when there are many, and not while frames wait.
            handler = MemoryHandler(_LINES, target=file)
            self._open.callback(file.close)
        self._logger.addHandler(handler)
        self._logger.setLevel(logging.INFO)
        self._logger.propagate = False
        self._open.callback(handler.close)
        self._open.callback(self._logger.removeHandler, handler)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(work))
