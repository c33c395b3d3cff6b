"""The same decisions: typed parsing of what matters, whole numbers, a book that stays sorted."""

from bisect import bisect_left
from typing import Any

import engine_rules as rules
import msgspec
from frames import e8

from latprobe import probe


class Data(msgspec.Struct, gc=False):
    e: str = ""
    s: str = ""
    b: msgspec.Raw = msgspec.Raw()
    a: msgspec.Raw = msgspec.Raw()


class Frame(msgspec.Struct, gc=False):
    data: Data


class Side:
    """Levels of one side, the best first: prices (of bids with their sign turned), quantities."""

    __slots__ = ("keys", "quantities", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.keys: list[int] = []
        self.quantities: list[int] = []

    def apply(self, levels: list[tuple[str, str]]) -> None:
        """Puts each level in its place, or takes it out."""
        for price, quantity_text in levels:
            key, quantity = self.sign * e8(price), e8(quantity_text)
            place = bisect_left(self.keys, key)
            is_there = place < len(self.keys) and self.keys[place] == key
            if is_there and quantity:
                self.quantities[place] = quantity
            elif is_there:
                del self.keys[place], self.quantities[place]
            elif quantity:
                self.keys.insert(place, key)
                self.quantities.insert(place, quantity)

    @property
    def best(self) -> int:
        """Price of the best level; 0 for none."""
        return self.sign * self.keys[0] if self.keys else 0

    @property
    def depth(self) -> int:
        """Quantity in the levels that count."""
        return sum(self.quantities[: rules.DEPTH])


class Engine:
    """Each message touches the levels that it changes."""

    family = rules.FAMILY
    protocol = "json"
    kinds = rules.KINDS
    stages = rules.STAGES

    def __init__(self) -> None:
        self.frames = msgspec.json.Decoder(Frame)
        self.levels = msgspec.json.Decoder(list[tuple[str, str]])
        self.books: dict[str, tuple[Side, Side]] = {}
        self.decision: rules.Decision | None = None
        self.decisions = 0

    def on_message(self, payload: memoryview) -> str:
        self.decision = None
        data = self.frames.decode(payload).data
        if data.e != "depthUpdate":
            probe.mark("parse")
            return "ignored"
        new_bids, new_asks = self.levels.decode(data.b), self.levels.decode(data.a)
        probe.mark("parse")
        book = self.books.get(data.s)
        if book is None:
            book = self.books[data.s] = (Side(-1), Side(1))
        bids, asks = book
        bids.apply(new_bids)
        asks.apply(new_asks)
        probe.mark("book")
        self.decision = rules.decide(bids.best, asks.best, bids.depth, asks.depth)
        self.decisions += self.decision is not None
        probe.mark("decide")
        return "update"

    def digest(self) -> Any:
        return self.decision

    def metrics(self) -> dict[str, float]:
        return {"decisions": self.decisions}
