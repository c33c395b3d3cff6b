"""Frames of exchanges in JSON, bare or of a combined stream (`{"stream": …, "data": {…}}`).

Kind: `e` of the event; else `type`, `channel` or `event`; else what follows the symbol in `ch`
(`market.BTC-USD.depth.step0`, Huobi) or in the stream's name (`btcusdt@bookTicker`, Binance); of an
array, the last but one of its fields (Kraken's first WebSocket API). Event time: `E`, `T` or `ts`,
in any unit since 1970, or a `timestamp` in ISO 8601.

Sequence numbers, by symbol, as Binance defines them ("Diff. Book Depth Streams", "Trade Streams" of
its spot and USDⓈ-M API):

- `depthUpdate`: update ids `U` to `u`; where there is `pu`, the last id of the update before, an
  update covers `pu` + 1 to `u`.
- `trade`: trade id `t`; `aggTrade`: aggregate trade id `a`.
- `bookTicker`: update id `u`, which rises and leaves ids out.

Else `sequence_num`, which counts the messages of a connection (Coinbase, "WebSocket Overview").
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.messages import Block
from latprobe.feed.protocols.json_frame import (
    LONGEST_KIND,
    event_time_of,
    is_gapless,
    kind_of,
    numbers_of,
    read_fields,
    series_of,
)
from latprobe.feed.protocols.json_patch import restamp
from latprobe.feed.protocols.protocol import (
    NO_SERIES,
    NO_TIME,
    Headers,
    Kinds,
    Protocol,
    Sequences,
)

if TYPE_CHECKING:
    import numpy.typing as npt

_UNITS: Final = ((10**11, 10**9), (10**14, 10**6), (10**17, 10**3), (2**63 - 1, 1))
"""Below which number a time counts in which unit, as everywhere in latprobe."""


def _headers(block: Block) -> Headers:
    count = len(block)
    kinds: dict[str, int] = {}
    series: dict[tuple[str, bool], int] = {}
    kind_indices, series_indices = [0] * count, [NO_SERIES] * count
    times, firsts, lasts = [0] * count, [0] * count, [0] * count
    content = block.payload
    for row, (start, stop) in enumerate(pairwise(block.offsets.tolist())):
        frame, event = read_fields(content[start:stop])
        kind = event.e[:LONGEST_KIND] or kind_of(frame, event)
        kind_indices[row] = kinds.setdefault(kind, len(kinds))
        times[row] = event_time_of(frame, event)
        if (numbers := numbers_of(kind, event)) is not None:
            key = (series_of(kind, event), is_gapless(kind))
            series_indices[row] = series.setdefault(key, len(series))
            firsts[row], lasts[row] = numbers
    return Headers(
        kinds=Kinds(np.array(kind_indices, np.int32), tuple(kinds)),
        event_ns=_nanoseconds(np.array(times, np.int64)),
        sequences=Sequences(
            np.array(series_indices, np.int32),
            tuple(name for name, _ in series),
            tuple(gapless for _, gapless in series),
            np.array(firsts, np.int64),
            np.array(lasts, np.int64),
        ),
        wrong_length=None,
        wrong_checksum=None,
    )


def _nanoseconds(times: "npt.NDArray[np.int64]") -> "npt.NDArray[np.int64]":
    """The same as `nanoseconds_from_number` for each time; `NO_TIME` where it is 0."""
    event_ns = np.full(len(times), NO_TIME, np.int64)
    for most, unit_ns in _UNITS:
        here = (event_ns == NO_TIME) & (times > 0) & (times < most)
        event_ns[here] = times[here] * unit_ns
    return event_ns


JSON: Final = Protocol(name="json", headers=_headers, restamp=restamp)
