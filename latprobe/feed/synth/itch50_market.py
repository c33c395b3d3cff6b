"""A made-up stock market: orders that rest, trade and go away, and never cross."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final

from latprobe.feed.synth.chance import Chance, heavy_tail, pick

TICK: Final = 100
"""One cent, in the 4 decimals of a price."""
BUY: Final = 0
SELL: Final = 1

_ROUND_LOT: Final = 100
_DEPTH_MEAN_TICKS: Final = 4
_AGE_MEAN_ORDERS: Final = 300
_MOVE_SHARE: Final = 0.06
_ROUND_LOT_SHARE: Final = 0.8


@dataclass(slots=True)
class Stock:
    """One symbol; its middle price walks."""

    locate: int
    name: bytes
    """Eight bytes, padded with spaces."""
    middle: int
    halted: bool = False
    queues: tuple[list[tuple[int, int]], list[tuple[int, int]]] = field(
        default_factory=lambda: ([], [])
    )
    """Per side a heap of (price, negated for buys; reference), best first; some already gone."""


@dataclass(slots=True)
class Order:
    """An order that rests."""

    stock: Stock
    side: int
    shares: int
    price: int


class Market:
    """All stocks and their resting orders. The best buy stays below the best sell."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.stocks = [
            Stock(locate, name.ljust(8).encode(), (40 + locate * 37 % 400) * 10_000)
            for locate, name in enumerate(names, start=1)
        ]
        self.orders: dict[int, Order] = {}
        self._references: list[int] = []
        self._next_reference = 1
        self._next_match = 1

    def trading_stock(self, chance: Chance) -> Stock:
        """A stock that is not halted; the first ones are the busiest."""
        index = heavy_tail(chance, len(self.stocks) // 4) % len(self.stocks)
        stock = self.stocks[index]
        return self.stocks[index - 1] if stock.halted else stock

    def next_match(self) -> int:
        """A new match number."""
        self._next_match += 1
        return self._next_match - 1

    def add(self, chance: Chance, stock: Stock, side: int) -> int:
        """A new order near the middle; gives its reference."""
        toss = chance()
        if toss < _MOVE_SHARE:
            stock.middle = max(
                10 * TICK, stock.middle + (TICK if toss * 2 < _MOVE_SHARE else -TICK)
            )
        away = (1 + heavy_tail(chance, _DEPTH_MEAN_TICKS)) * TICK
        price = stock.middle - away if side == BUY else stock.middle + away
        opposite = self.best(stock, 1 - side)
        if opposite is not None:
            touch = self.orders[opposite].price
            price = min(price, touch - TICK) if side == BUY else max(price, touch + TICK)
        round_lots = chance() < _ROUND_LOT_SHARE
        shares = _ROUND_LOT * (1 + heavy_tail(chance, 1)) if round_lots else 1 + pick(chance, 99)
        reference = self._next_reference
        self._next_reference += 1
        self.orders[reference] = Order(stock, side, shares, max(price, TICK))
        self._references.append(reference)
        heappush(stock.queues[side], (-price if side == BUY else price, reference))
        return reference

    def best(self, stock: Stock, side: int) -> int | None:
        """Reference of the order that trades next on a side."""
        queue = stock.queues[side]
        while queue:
            if queue[0][1] in self.orders:
                return queue[0][1]
            heappop(queue)
        return None

    def order_to_trade(self, chance: Chance, stock: Stock) -> int | None:
        """Reference of a best order, on the side that the middle price presses on."""
        for side in (BUY, SELL):
            best = self.best(stock, side)
            if best is not None and (self.orders[best].price > stock.middle) == (side == BUY):
                return best
        return self.best(stock, pick(chance, 2))

    def order_to_change(self, chance: Chance) -> int | None:
        """Reference of some resting order, most often a young one."""
        references = self._references
        while references:
            index = max(0, len(references) - 1 - heavy_tail(chance, _AGE_MEAN_ORDERS))
            reference = references[index]
            if reference in self.orders:
                return reference
            references[index] = references[-1]
            references.pop()
        return None

    def take(self, reference: int, shares: int) -> None:
        """Takes shares off an order, which goes away when none are left."""
        order = self.orders[reference]
        order.shares -= shares
        if order.shares <= 0:
            del self.orders[reference]
