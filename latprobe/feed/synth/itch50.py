"""Synthetic Nasdaq ITCH 5.0: a stock directory, then a market that trades, then its end.

Each execution, cancel, delete and replace is about an order that rests then. All types of message
appear in a feed of 5,000 messages or more.
"""

from collections.abc import Iterator
from itertools import chain, cycle
from typing import Final

from latprobe.feed.synth.arrivals import Bursts, arrival_times
from latprobe.feed.synth.chance import Chance, pick
from latprobe.feed.synth.generator import Generator, Message
from latprobe.feed.synth.itch50_encode import encode
from latprobe.feed.synth.itch50_market import BUY, Market
from latprobe.feed.synth.itch50_notices import (
    breaker_notice,
    closing_notices,
    opening_notices,
    rare_notices,
)

CHANNEL: Final = "itch"
_DAY_NS: Final = 1_704_153_600 * 10**9  # 2024-01-02
_START_NS: Final = (9 * 3600 + 30 * 60) * 10**9
_BURSTS: Final = Bursts(messages=8, gap_ns=400, quiet_ns=250_000)
_NAMES: Final = tuple(f"{first}{second}SYN" for first in "ABCDEFGH" for second in "QRST")
_MOST_ORDERS: Final = 50_000
_RARE_EVERY: Final = 150
# Up to which toss each kind of message has its turn; deletes have the rest.
_NAMED_ADDS_TO: Final = 0.015
_ADDS_TO: Final = 0.455
_EXECUTIONS_TO: Final = 0.54
_HIDDEN_TRADES_TO: Final = 0.56
_REPLACES_TO: Final = 0.64
_CANCELS_TO: Final = 0.67
_PARTIAL_SHARE: Final = 0.33
_OTHER_PRICE_SHARE: Final = 0.05
_PARTICIPANT: Final = b"SYNT"
_SIDES: Final = (b"B", b"S")


def _generate(chance: Chance, messages: int) -> Iterator[Message]:
    market = Market(_NAMES)
    times = arrival_times(chance, _BURSTS, _START_NS)
    closing = len(closing_notices(0))
    rare = chain((breaker_notice,), cycle(rare_notices(market, chance)))
    made = 0
    for since_midnight_ns in times:
        if made == messages:
            return
        if made == 0:
            for payload in opening_notices(market, since_midnight_ns)[:messages]:
                made += 1
                yield _DAY_NS + since_midnight_ns, CHANNEL, payload
            continue
        if made >= messages - closing:
            payload = closing_notices(since_midnight_ns)[made - messages + closing]
        elif made % _RARE_EVERY == 0:
            payload = next(rare)(since_midnight_ns)
        else:
            payload = _trading(market, chance, since_midnight_ns)
        made += 1
        yield _DAY_NS + since_midnight_ns, CHANNEL, payload


def _trading(market: Market, chance: Chance, now: int) -> bytes:
    """One message of the order flow, in the proportions of a busy day."""
    toss = chance()
    if toss < _ADDS_TO and len(market.orders) < _MOST_ORDERS:
        return _add(market, chance, now, named=toss < _NAMED_ADDS_TO)
    if toss < _EXECUTIONS_TO:
        return _execution(market, chance, now)
    if toss < _HIDDEN_TRADES_TO:
        stock = market.trading_stock(chance)
        shares, match = 1 + pick(chance, 300), market.next_match()
        return encode(b"P", stock.locate, now, 0, b"B", shares, stock.name, stock.middle, match)
    return _change(market, chance, now, toss)


def _change(market: Market, chance: Chance, now: int, toss: float) -> bytes:
    """A replace, a cancel or a delete of an order that rests."""
    reference = market.order_to_change(chance)
    if reference is None:
        return _add(market, chance, now, named=False)
    order = market.orders[reference]
    locate = order.stock.locate
    if toss < _REPLACES_TO and not order.stock.halted:
        market.take(reference, order.shares)
        new = market.add(chance, order.stock, order.side)
        changed = market.orders[new]
        return encode(b"U", locate, now, reference, new, changed.shares, changed.price)
    if toss < _CANCELS_TO and order.shares > 1:
        shares = 1 + pick(chance, order.shares - 1)
        market.take(reference, shares)
        return encode(b"X", locate, now, reference, shares)
    market.take(reference, order.shares)
    return encode(b"D", locate, now, reference)


def _add(market: Market, chance: Chance, now: int, *, named: bool) -> bytes:
    stock = market.trading_stock(chance)
    reference = market.add(chance, stock, pick(chance, 2))
    order = market.orders[reference]
    fields = (reference, _SIDES[order.side], order.shares, stock.name, order.price)
    if named:
        return encode(b"F", stock.locate, now, *fields, _PARTICIPANT)
    return encode(b"A", stock.locate, now, *fields)


def _execution(market: Market, chance: Chance, now: int) -> bytes:
    stock = market.trading_stock(chance)
    reference = market.order_to_trade(chance, stock)
    if reference is None:
        return _add(market, chance, now, named=False)
    order = market.orders[reference]
    partial = chance() < _PARTIAL_SHARE
    shares = 1 + pick(chance, order.shares) if partial else order.shares
    match = market.next_match()
    market.take(reference, shares)
    if chance() < _OTHER_PRICE_SHARE:
        price = order.price - 1 if order.side == BUY else order.price + 1
        return encode(b"C", stock.locate, now, reference, shares, match, b"Y", price)
    return encode(b"E", stock.locate, now, reference, shares, match)


ITCH50: Final = Generator(protocol="itch50", version=1, generate=_generate)
