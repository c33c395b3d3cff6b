"""An engine as it is written first: decimals, objects, a sorted copy of the book, a log line."""

import copy
import json
import logging
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import engine_rules as rules

from latprobe import probe

_LOG = logging.getLogger(__name__)
_UNIT = Decimal(10**8)


@dataclass
class Level:
    price: Decimal
    quantity: Decimal


@dataclass
class Book:
    bids: dict[Decimal, Level] = field(default_factory=dict)
    asks: dict[Decimal, Level] = field(default_factory=dict)


class Engine:
    """Each message reads the whole book anew."""

    family = rules.FAMILY
    protocol = "json"
    kinds = rules.KINDS
    stages = rules.STAGES

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.decision: rules.Decision | None = None
        self.decisions = 0

    def on_message(self, payload: memoryview) -> str:
        frame = json.loads(bytes(payload).decode("utf-8"))
        data = frame.get("data", frame)
        probe.mark("parse")
        self.decision = None
        if data.get("e") != "depthUpdate":
            return "ignored"
        book = self.books.setdefault(data["s"], Book())
        self._apply(book.bids, data["b"])
        self._apply(book.asks, data["a"])
        snapshot = copy.deepcopy(book)
        probe.mark("book")
        self.decision = self._decide(snapshot)
        _LOG.debug("%s: %s", data["s"], self.decision)
        probe.mark("decide")
        return "update"

    def _apply(self, side: dict[Decimal, Level], levels: list[list[str]]) -> None:
        for price_text, quantity_text in levels:
            price, quantity = Decimal(price_text), Decimal(quantity_text)
            if quantity:
                side[price] = Level(price, quantity)
            else:
                side.pop(price, None)

    def _decide(self, book: Book) -> rules.Decision | None:
        bids = sorted(book.bids.values(), key=lambda level: level.price, reverse=True)
        asks = sorted(book.asks.values(), key=lambda level: level.price)
        decision = rules.decide(
            _best(bids), _best(asks), _sum(bids[: rules.DEPTH]), _sum(asks[: rules.DEPTH])
        )
        self.decisions += decision is not None
        return decision

    def digest(self) -> Any:
        return self.decision

    def metrics(self) -> dict[str, float]:
        return {"decisions": self.decisions}


def _best(levels: list[Level]) -> int:
    return int(levels[0].price * _UNIT) if levels else 0


def _sum(levels: list[Level]) -> int:
    return int(sum((level.quantity for level in levels), Decimal(0)) * _UNIT)
