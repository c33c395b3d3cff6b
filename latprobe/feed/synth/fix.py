"""Synthetic FIX market data: incremental refreshes, snapshots and heartbeats.

Source: FIX 4.4, volume 3 (MarketDataIncrementalRefresh, MarketDataSnapshotFullRefresh), with the
rpt. sequence and price level fields (tags 83, 1023) of later versions, which venues use with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from latprobe.feed.synth.arrivals import Bursts, arrival_times
from latprobe.feed.synth.chance import Chance, heavy_tail, pick
from latprobe.feed.synth.generator import Generator, Message

CHANNEL: Final = "fix"
_START_NS: Final = 1_704_207_600 * 10**9  # 2024-01-02 15:00 UTC
_BURSTS: Final = Bursts(messages=5, gap_ns=5_000, quiet_ns=1_500_000)
_SNAPSHOT_LEVELS: Final = 5
_ENTRIES_MOST: Final = 4
_SNAPSHOT_SHARE: Final = 0.03
_HEARTBEAT_SHARE: Final = 0.02
_TRADE_SHARE: Final = 0.12
_MOVE_SHARE: Final = 0.2


@dataclass(slots=True)
class _Instrument:
    """One future on its random walk; prices in quarters of a point."""

    symbol: str
    security_id: int
    bid_quarters: int
    rpt_seq: int


def _instruments() -> list[_Instrument]:
    listed = [("ESH4", 17_077, 19_120), ("NQH4", 3_522, 67_340), ("YMH4", 24_218, 151_200)]
    return [_Instrument(symbol, number, bid, 0) for symbol, number, bid in listed]


def _price(quarters: int) -> str:
    whole, part = divmod(quarters, 4)
    return f"{whole}{('', '.25', '.5', '.75')[part]}"


def _incremental(chance: Chance, instrument: _Instrument) -> str:
    toss = chance()
    if toss < _MOVE_SHARE:
        instrument.bid_quarters += 1 if toss * 2 < _MOVE_SHARE else -1
    count = 1 + pick(chance, _ENTRIES_MOST)
    entries = "".join(_entry(chance, instrument) for _ in range(count))
    return f"268={count}\x01{entries}"


def _entry(chance: Chance, instrument: _Instrument) -> str:
    instrument.rpt_seq += 1
    toss = chance()
    side = pick(chance, 2)
    level = 1 + min(heavy_tail(chance, 2), 9)
    quarters = instrument.bid_quarters + (level if side else 1 - level)
    size = 1 + heavy_tail(chance, 40)
    head = f"48={instrument.security_id}\x0122=8\x0183={instrument.rpt_seq}\x01"
    if toss < _TRADE_SHARE:
        return (
            f"279=0\x01269=2\x0155={instrument.symbol}\x01{head}"
            f"270={_price(instrument.bid_quarters + side)}\x01271={size}\x01"
        )
    action = (0, 1, 1, 1, 2)[pick(chance, 5)]
    return (
        f"279={action}\x01269={side}\x0155={instrument.symbol}\x01{head}"
        f"270={_price(quarters)}\x01271={size}\x01346={1 + size // 7}\x011023={level}\x01"
    )


def _snapshot(chance: Chance, instrument: _Instrument) -> str:
    entries: list[str] = []
    for side in (0, 1):
        for level in range(1, _SNAPSHOT_LEVELS + 1):
            quarters = instrument.bid_quarters + (level if side else 1 - level)
            size = 1 + heavy_tail(chance, 40)
            entries.append(
                f"269={side}\x01270={_price(quarters)}\x01271={size}\x01"
                f"346={1 + size // 7}\x011023={level}\x01"
            )
    return (
        f"55={instrument.symbol}\x0148={instrument.security_id}\x0122=8\x01"
        f"83={instrument.rpt_seq}\x01268={len(entries)}\x01{''.join(entries)}"
    )


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d-%H:%M:%S")


def _sealed(kind: str, body: str, sequence: int, recv_ns: int) -> bytes:
    """Adds the header with the message type, the body length and the checksum."""
    milliseconds = recv_ns // 1_000_000
    sent = f"{_second(milliseconds // 1000)}.{milliseconds % 1000:03d}"
    content = f"35={kind}\x0149=VENUE\x0156=LATPROBE\x0134={sequence}\x0152={sent}\x01{body}"
    message = f"8=FIX.4.4\x019={len(content)}\x01{content}".encode()
    return b"%b10=%03d\x01" % (message, sum(message) % 256)


def _generate(chance: Chance, messages: int) -> Iterator[Message]:
    instruments = _instruments()
    arrivals = arrival_times(chance, _BURSTS, _START_NS)
    for sequence, recv_ns in zip(range(1, messages + 1), arrivals, strict=False):
        instrument = instruments[min(heavy_tail(chance, 1), len(instruments) - 1)]
        toss = chance()
        if toss < _HEARTBEAT_SHARE:
            kind, body = "0", ""
        elif toss < _HEARTBEAT_SHARE + _SNAPSHOT_SHARE:
            kind, body = "W", _snapshot(chance, instrument)
        else:
            kind, body = "X", _incremental(chance, instrument)
        yield recv_ns, CHANNEL, _sealed(kind, body, sequence, recv_ns)


FIX: Final = Generator(protocol="fix", version=1, generate=_generate)
