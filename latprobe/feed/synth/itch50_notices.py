"""What ITCH 5.0 says besides orders and trades: of the day, of the stocks, of auctions."""

from collections.abc import Callable
from typing import Final

from latprobe.feed.synth.chance import Chance, pick
from latprobe.feed.synth.itch50_encode import encode
from latprobe.feed.synth.itch50_market import Market, Stock

Notice = Callable[[int], bytes]
"""Makes a message at a time in nanoseconds since midnight."""

_MARKET_WIDE: Final = 0
_PARTICIPANT: Final = b"SYNT"
_BREAKER_LEVELS: Final = (440_000_000_000, 412_000_000_000, 379_000_000_000)


def opening_notices(market: Market, now: int) -> list[bytes]:
    """From the start of messages to the opening cross of each stock."""
    notices = [encode(b"S", _MARKET_WIDE, now, b"O")]
    for stock in market.stocks:
        notices += [
            _directory(stock, now),
            encode(b"H", stock.locate, now, stock.name, b"T", b" ", b"    "),
            encode(b"Y", stock.locate, now, stock.name, b"0"),
            encode(b"L", stock.locate, now, _PARTICIPANT, stock.name, b"Y", b"N", b"A"),
        ]
    notices += [
        encode(b"V", _MARKET_WIDE, now, *_BREAKER_LEVELS),
        encode(b"S", _MARKET_WIDE, now, b"S"),
        encode(b"S", _MARKET_WIDE, now, b"Q"),
    ]
    notices += [_cross(market, stock, now) for stock in market.stocks]
    return notices


def closing_notices(now: int) -> list[bytes]:
    """End of market hours, of system hours, of messages."""
    return [encode(b"S", _MARKET_WIDE, now, event) for event in (b"M", b"E", b"C")]


def breaker_notice(now: int) -> bytes:
    """The market-wide circuit breaker: once a day at most."""
    return encode(b"W", _MARKET_WIDE, now, b"1")


def rare_notices(market: Market, chance: Chance) -> list[Notice]:
    """One maker of each message that comes seldom, in the order in which they come round.

    A halt is followed, some notices later, by the resumption of the same stock.
    """
    halted = market.stocks[len(market.stocks) // 2]

    def some() -> Stock:
        return market.stocks[pick(chance, len(market.stocks))]

    def trading(now: int, *, halt: bool) -> bytes:
        halted.halted = halt
        state, reason = (b"H", b"T1  ") if halt else (b"T", b"    ")
        return encode(b"H", halted.locate, now, halted.name, state, b" ", reason)

    def imbalance(now: int) -> bytes:
        stock, paired, over = some(), pick(chance, 90_000), pick(chance, 9_000)
        prices = (stock.middle, stock.middle, stock.middle)
        return encode(b"I", stock.locate, now, paired, over, b"B", stock.name, *prices, b"C", b"L")

    return [
        imbalance,
        lambda now: _named(b"N", some(), now, b"A"),
        lambda now: trading(now, halt=True),
        lambda now: _collar(some(), now),
        lambda now: _named(b"h", some(), now, b"Q", b"T"),
        lambda now: _named(b"K", some(), now, now // 10**9 + 600, b"A", 250_000),
        lambda now: trading(now, halt=False),
        lambda now: encode(b"B", some().locate, now, max(1, market.next_match() - 1)),
        lambda now: _direct_listing(some(), now),
        lambda now: _named(b"Y", some(), now, b"1"),
        lambda now: _cross(market, some(), now),
    ]


def _named(kind: bytes, stock: Stock, now: int, *fields: int | bytes) -> bytes:
    return encode(kind, stock.locate, now, stock.name, *fields)


def _directory(stock: Stock, now: int) -> bytes:
    listing = (b"Q", b"N", 100, b"N", b"C", b"Z ")
    rules = (b"P", b"N", b"N", b"1", b"N", 0, b"N")
    return _named(b"R", stock, now, *listing, *rules)


def _cross(market: Market, stock: Stock, now: int) -> bytes:
    match = market.next_match()
    return encode(b"Q", stock.locate, now, 1000, stock.name, stock.middle, match, b"O")


def _collar(stock: Stock, now: int) -> bytes:
    upper, lower = stock.middle * 105 // 100, stock.middle * 95 // 100
    return _named(b"J", stock, now, stock.middle, upper, lower, 0)


def _direct_listing(stock: Stock, now: int) -> bytes:
    least, most = stock.middle * 80 // 100, stock.middle * 120 // 100
    return _named(b"O", stock, now, b"Y", least, most, stock.middle, now, least, most)
