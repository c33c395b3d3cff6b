"""What the records of DBN files are: how long, and where their times stand.

Source: the record layouts of Databento's `dbn` crate, versions 1 to 3; a test holds this table
against the `databento-dbn` package. Every record begins with a header of 16 bytes: its length in
units of four bytes, its type (`rtype`), publisher (16 bits), instrument (32 bits) and event time
(64 bits), little endian.
"""

from dataclasses import dataclass
from typing import Final

HEADER_BYTES: Final = 16
LENGTH_UNIT: Final = 4
PUBLISHER_AT: Final = 2
INSTRUMENT_AT: Final = 4
EVENT_TIME_AT: Final = 8
SEND_TIME_BYTES: Final = 8
"""What each record of a live session has behind it when the metadata says `ts_out`."""
SYMBOL_MAPPING: Final = 22
UNDEFINED_TIME: Final = 2**64 - 1


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """One type of record."""

    sizes: tuple[int, int, int]
    """Bytes in versions 1, 2 and 3."""
    receive_time_at: int
    """Offset of the receive time (`ts_recv`); of the event time for a type without one."""


def _same(size: int, receive_time_at: int) -> RecordLayout:
    return RecordLayout((size, size, size), receive_time_at)


_BARS: Final = _same(56, EVENT_TIME_AT)
_QUOTES: Final = _same(80, 32)

RECORDS: Final = {
    0: _same(48, 32),  # trades
    1: _QUOTES,  # mbp-1
    10: _same(368, 32),  # mbp-10
    17: _BARS,  # ohlcv, as it was before it had a type for each length of time
    18: _same(40, 16),  # status
    19: RecordLayout((360, 400, 520), 16),  # definition
    20: _same(112, 16),  # imbalance
    21: RecordLayout((80, 320, 320), EVENT_TIME_AT),  # error
    22: RecordLayout((80, 176, 176), EVENT_TIME_AT),  # symbol mapping
    23: RecordLayout((80, 320, 320), EVENT_TIME_AT),  # system
    24: RecordLayout((64, 64, 80), 16),  # statistics
    32: _BARS,  # ohlcv-1s
    33: _BARS,  # ohlcv-1m
    34: _BARS,  # ohlcv-1h
    35: _BARS,  # ohlcv-1d
    36: _BARS,  # ohlcv-eod
    160: _same(56, 40),  # mbo
    177: _QUOTES,  # cmbp-1
    192: _QUOTES,  # cbbo-1s
    193: _QUOTES,  # cbbo-1m
    194: _QUOTES,  # tcbbo
    195: _QUOTES,  # bbo-1s
    196: _QUOTES,  # bbo-1m
    197: _QUOTES,  # tbbo
}
"""Every type of record, by `rtype`."""

MAPPED_SYMBOL: Final = ((38, 22), (89, 71), (89, 71))
"""Offset and bytes of the symbol (`stype_out_symbol`) in a symbol mapping, by version."""
