"""Synthetic exchange WebSocket frames: combined streams of a futures market, Binance style.

Field names and formats as in Binance's USDⓈ-M futures market streams documentation. Kinds, sizes
and arrivals are modelled on recordings; docs/FEEDS.md compares them.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from latprobe.feed.synth.arrivals import Bursts, arrival_times
from latprobe.feed.synth.chance import Chance, heavy_tail, pick
from latprobe.feed.synth.generator import Generator, Message

_START_NS: Final = 1_704_207_600 * 10**9  # 2024-01-02 15:00 UTC
_BURSTS: Final = Bursts(messages=4, gap_ns=2_000, quiet_ns=4_000_000)
_LEVELS_MEAN: Final = 40
_LEVELS_MOST: Final = 1_200
_LEVEL_GAP_MEAN_TICKS: Final = 4
_LEVEL_MEAN_THOUSANDTHS: Final = 3_000
_STEP_MOST_TICKS: Final = 50
_GONE_SHARE: Final = 0.2
_MOVE_SHARE: Final = 0.16
_PULL: Final = 0.005
_NANOSECONDS_PER_MILLISECOND: Final = 1_000_000
_TRANSIT_MS: Final = 3
_MARK_DECIMALS: Final = 8
_FUNDING_MS: Final = 8 * 3_600_000


@dataclass(slots=True)
class _Market:
    """One symbol on its random walk; prices in ticks of 0.01 or 0.1, quantities in 0.001."""

    symbol: str
    price_format: str
    ticks_per_unit: int
    bid: int
    home: int
    update_id: int
    trade_id: int
    aggregate_id: int
    last_aggregated: int
    deep_bid: int
    deep_update_id: int

    @property
    def ask(self) -> int:
        return self.bid + 1

    def price(self, ticks: int) -> str:
        return self.price_format % divmod(ticks, self.ticks_per_unit)

    def walk(self, chance: Chance) -> None:
        """Moves the touch now and then, with a weak pull back to where it began."""
        toss = chance()
        if toss < _MOVE_SHARE:
            rise_share = _MOVE_SHARE / 2 + (_PULL if self.bid < self.home else -_PULL)
            step = min(1 + heavy_tail(chance, 2), _STEP_MOST_TICKS)
            self.bid += step if toss < rise_share else -step


def _markets() -> list[_Market]:
    listed = [
        ("BTCUSDT", "%d.%d0", 10, 421_305),
        ("ETHUSDT", "%d.%02d", 100, 223_871),
        ("SOLUSDT", "%d.%02d", 100, 9_842),
        ("XRPUSDT", "%d.%04d", 10_000, 5_731),
    ]
    return [
        _Market(
            symbol=symbol,
            price_format=form,
            ticks_per_unit=unit,
            bid=bid,
            home=bid,
            update_id=10**12 + bid,
            trade_id=10**9 + bid,
            aggregate_id=10**8 + bid,
            last_aggregated=10**9 + bid,
            deep_bid=bid,
            deep_update_id=10**12,
        )
        for symbol, form, unit, bid in listed
    ]


def _quantity(chance: Chance, mean: int) -> str:
    thousandths = 1 + heavy_tail(chance, mean)
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


def _book_ticker(chance: Chance, market: _Market, now_ms: int) -> tuple[str, str]:
    market.walk(chance)
    market.update_id += 1 + pick(chance, 900)
    bid, ask = market.price(market.bid), market.price(market.ask)
    return "bookTicker", (
        f'{{"e":"bookTicker","u":{market.update_id},"s":"{market.symbol}",'
        f'"b":"{bid}","B":"{_quantity(chance, 4000)}","a":"{ask}","A":"{_quantity(chance, 4000)}",'
        f'"T":{now_ms - 2},"E":{now_ms}}}'
    )


def _trade(chance: Chance, market: _Market, now_ms: int) -> tuple[str, str]:
    market.trade_id += 1
    sold = pick(chance, 2) == 1
    return "trade", (
        f'{{"e":"trade","E":{now_ms},"T":{now_ms - 1},"s":"{market.symbol}",'
        f'"t":{market.trade_id},"p":"{market.price(market.bid if sold else market.ask)}",'
        f'"q":"{_quantity(chance, 60)}","X":"MARKET","m":{"true" if sold else "false"}}}'
    )


def _agg_trade(chance: Chance, market: _Market, now_ms: int) -> tuple[str, str]:
    first = market.last_aggregated + 1
    market.last_aggregated += 1 + heavy_tail(chance, 2)
    market.aggregate_id += 1
    sold = pick(chance, 2) == 1
    return "aggTrade", (
        f'{{"e":"aggTrade","E":{now_ms},"s":"{market.symbol}","a":{market.aggregate_id},'
        f'"p":"{market.price(market.bid if sold else market.ask)}",'
        f'"q":"{_quantity(chance, 200)}","f":{first},"l":{market.last_aggregated},"T":{now_ms - 1},'
        f'"m":{"true" if sold else "false"}}}'
    )


def _mark_price(chance: Chance, market: _Market, now_ms: int) -> tuple[str, str]:
    price = market.price(market.bid)
    width = _MARK_DECIMALS - len(price.partition(".")[2])
    mark, estimate, index = (f"{price}{pick(chance, 10**width):0{width}d}" for _ in range(3))
    return "markPrice@1s", (
        f'{{"e":"markPriceUpdate","E":{now_ms},"s":"{market.symbol}","p":"{mark}",'
        f'"P":"{estimate}","i":"{index}","r":"0.{1000 + pick(chance, 9000):08d}",'
        f'"T":{now_ms - now_ms % _FUNDING_MS + _FUNDING_MS}}}'
    )


def _depth_update(chance: Chance, market: _Market, now_ms: int) -> tuple[str, str]:
    """An update that leaves the book of who applies them all uncrossed."""
    count = min(1 + heavy_tail(chance, _LEVELS_MEAN), _LEVELS_MOST)
    bids_count = (count + pick(chance, 2)) // 2
    fell = range(market.bid + 1, market.deep_bid + 1)
    rose = range(market.deep_bid + 1, market.ask)
    bids = [f'["{market.price(ticks)}","0.000"]' for ticks in fell]
    asks = [f'["{market.price(ticks)}","0.000"]' for ticks in rose]
    bids += _levels(chance, market, bids_count, market.bid, -1)
    asks += _levels(chance, market, count - bids_count, market.ask, 1)
    previous, first = market.deep_update_id, market.deep_update_id + 1 + pick(chance, 200)
    market.update_id = max(market.update_id, first) + 1 + pick(chance, 4000)
    market.deep_update_id, market.deep_bid = market.update_id, market.bid
    return "depth@0ms", (
        f'{{"e":"depthUpdate","E":{now_ms},"T":{now_ms - 4},"s":"{market.symbol}",'
        f'"U":{first},"u":{market.update_id},"pu":{previous},'
        f'"b":[{",".join(bids)}],"a":[{",".join(asks)}]}}'
    )


def _levels(chance: Chance, market: _Market, count: int, touch: int, away: int) -> list[str]:
    form = f'["{market.price_format}","%d.%03d"]'
    unit = market.ticks_per_unit
    ticks = touch
    levels: list[str] = []
    for _ in range(count):
        # Some levels are taken out, but not the touch.
        gone = ticks != touch and chance() < _GONE_SHARE
        thousandths = 0 if gone else 1 + heavy_tail(chance, _LEVEL_MEAN_THOUSANDTHS)
        levels.append(form % (ticks // unit, ticks % unit, thousandths // 1000, thousandths % 1000))
        ticks += away * (1 + heavy_tail(chance, _LEVEL_GAP_MEAN_TICKS))
        if ticks <= 0:
            break
    return levels


_MAKERS: Final = (_book_ticker, _trade, _agg_trade, _depth_update, _mark_price)
_KIND_LIMITS: Final = (0.670, 0.830, 0.910, 0.995)
"""Up to which toss each maker but the last has its turn."""
_MARKET_LIMITS: Final = (0.55, 0.80, 0.93)
"""The same for the markets: most messages are about the first, as in life."""


def _generate(chance: Chance, messages: int) -> Iterator[Message]:
    markets = _markets()
    channels: dict[tuple[str, str], str] = {}
    for recv_ns in islice(arrival_times(chance, _BURSTS, _START_NS), messages):
        market = markets[bisect_right(_MARKET_LIMITS, chance())]
        make = _MAKERS[bisect_right(_KIND_LIMITS, chance())]
        sent_ms = recv_ns // _NANOSECONDS_PER_MILLISECOND - _TRANSIT_MS
        stream, data = make(chance, market, sent_ms)
        channel = channels.get((market.symbol, stream))
        if channel is None:
            channel = f"{market.symbol.lower()}@{stream}"
            channels[market.symbol, stream] = channel
        yield recv_ns, channel, f'{{"stream":"{channel}","data":{data}}}'.encode()


JSON: Final = Generator(protocol="json", version=2, generate=_generate)
