"""What is known of the market, from JSON frames of an exchange's combined stream."""

from collections import deque
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

import msgspec

Level = tuple[str, str]
_NOTHING: Final = msgspec.Raw(b" ")
_TEXT: Final = ord('"')
_LIST: Final = ord("[")


class Event(msgspec.Struct):
    """The fields that the service reads of a frame's event.

    `b` and `a` are prices in a book ticker, levels in a change of depth, and something else in
    other events: they are read by what they begin with.
    """

    e: str = ""
    b: msgspec.Raw = _NOTHING
    a: msgspec.Raw = _NOTHING
    p: str = ""
    q: str = ""


class _Frame(msgspec.Struct):
    data: Event | None = None
    stream: str = ""


_decode = msgspec.json.Decoder(_Frame).decode
_decode_levels = msgspec.json.Decoder(list[Level]).decode
_decode_bare = msgspec.json.Decoder(Event).decode


def read_event(payload: bytes | str) -> Event:
    """The event of a frame, bare or of a combined stream.

    Raises:
        msgspec.MsgspecError: for what is none.
    """
    return _decode(payload).data or _decode_bare(payload)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a decision is made on."""

    bid: float
    ask: float
    last: float
    position: float


@dataclass
class Market:
    """Everything that is known.

    Changes of depth wait, as they came, until there is time for them: no decision needs more of the
    book than its top, which has messages of its own.
    """

    bid: float = 0.0
    ask: float = 0.0
    last: float = 0.0
    position: float = 0.0
    bids: dict[str, str] = field(default_factory=dict)
    asks: dict[str, str] = field(default_factory=dict)
    waiting: deque[tuple[msgspec.Raw, msgspec.Raw]] = field(default_factory=deque)
    trades: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=500))

    def apply(self, event: Event) -> None:
        """Takes in an event; of other kinds there is nothing to take."""
        bid, ask = bytes(event.b), bytes(event.a)
        if bid[0] == _TEXT == ask[0]:
            self.bid, self.ask = float(bid[1:-1]), float(ask[1:-1])
        elif bid[0] == _LIST == ask[0]:
            self.waiting.append((event.b, event.a))
        elif event.p and event.q:
            self.last = float(event.p)
            self.trades.append((event.p, event.q))

    def change_depth(self) -> bool:
        """Takes in a change of depth that waits; whether there was one."""
        if not self.waiting:
            return False
        bids, asks = self.waiting.popleft()
        _change(self.bids, _decode_levels(bids))
        _change(self.asks, _decode_levels(asks))
        return True

    def snapshot(self) -> Snapshot:
        """The little that the strategy needs."""
        return Snapshot(self.bid, self.ask, self.last, self.position)

    def clone(self) -> "Market":
        """All of it, as the service before did for each decision."""
        return deepcopy(self)


def _change(side: dict[str, str], levels: list[Level]) -> None:
    """A size of zero takes a price out, as exchanges say it."""
    for price, size in levels:
        if size.strip("0."):
            side[price] = size
        else:
            side.pop(price, None)
