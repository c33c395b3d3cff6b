"""What a DBN file says of itself before its records.

The `databento-dbn` package reads it. Before that, all lengths and counts in it are checked here:
the package allocates what they say before it looks whether it is there (databento/dbn issue 133).
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import databento_dbn

from latprobe.feed.format import CHANNEL_LIMIT_BYTES, MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.times import nanoseconds_from_datetime

MAGIC: Final = b"DBN"
PRELUDE_BYTES: Final = 8
VERSIONS: Final = (1, 2, 3)
_FIXED_BYTES: Final = 100
_SCHEMA_AT: Final = PRELUDE_BYTES + 16
_SYMBOL_BYTES_V1: Final = 22
_SYMBOL_BYTES_AT: Final = 45
"""Of the fixed part, from version 2 on."""
_SYMBOL_LISTS: Final = 3
_DATES_BYTES: Final = 8
_INSTRUMENT_ID: Final = "instrument_id"


class MetadataError(Exception):
    """What is wrong with the metadata, and at which of its bytes."""

    def __init__(self, offset: int, problem: str) -> None:
        super().__init__(problem)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class DbnMetadata:
    """What is needed of it to read the records."""

    version: int
    size: int
    """Bytes before the first record."""
    sent: bool
    """Whether each record has its send time behind it."""
    symbols: "Symbols"


class Symbols:
    """Which instrument has which symbol, and from when to when."""

    def __init__(self) -> None:
        self._spans: dict[int, list[tuple[int, int, str]]] = {}
        self._live: dict[int, str] = {}

    def add(self, instrument: int, start_ns: int, stop_ns: int, symbol: str) -> None:
        """An instrument has a symbol from one time to before another."""
        self._spans.setdefault(instrument, []).append((start_ns, stop_ns, symbol))

    def map_live(self, instrument: int, symbol: str) -> None:
        """From this record on, an instrument has a symbol, as a live session says."""
        self._live[instrument] = symbol

    def settle(self) -> None:
        """Puts spans in order, after the last was added."""
        for spans in self._spans.values():
            spans.sort()

    def changes(self, instrument: int, first_ns: int, last_ns: int) -> bool:
        """Whether an instrument may have several symbols from one time to another."""
        if instrument in self._live or instrument not in self._spans:
            return False
        spans = self._spans[instrument]
        return not any(start <= first_ns and last_ns < stop for start, stop, _ in spans)

    def name(self, publisher: int, instrument: int, time_ns: int) -> str:
        """The symbol; `publisher/instrument` where there is none."""
        if symbol := self._live.get(instrument):
            return symbol
        spans = self._spans.get(instrument, [])
        index = bisect_right(spans, time_ns, key=lambda span: span[0]) - 1
        if index >= 0 and time_ns < spans[index][1]:
            return spans[index][2]
        return f"{publisher}/{instrument}"


def metadata_size(prelude: bytes) -> int:
    """Bytes before the first record, by the first eight.

    Raises:
        MetadataError: It is no DBN file of a known version, or too long.
    """
    if not prelude.startswith(MAGIC) or len(prelude) < PRELUDE_BYTES:
        raise MetadataError(0, "expected a DBN file, which begins with `DBN`")
    if prelude[3] not in VERSIONS:
        raise MetadataError(3, f"expected DBN of version 1 to 3; found {prelude[3]}")
    size = int.from_bytes(prelude[4:8], "little")
    if not _FIXED_BYTES < size <= MESSAGE_LIMIT_BYTES:
        expected = f"expected metadata of {_FIXED_BYTES} to {MESSAGE_LIMIT_BYTES:,} bytes"
        raise MetadataError(4, f"{expected}; found {size:,}")
    return PRELUDE_BYTES + size


def protocol_of(head: bytes) -> str:
    """`dbn-mbo` and the like, by the schema; `dbn` where records of several schemas may follow."""
    number = int.from_bytes(head[_SCHEMA_AT : _SCHEMA_AT + 2], "little")
    try:
        return f"dbn-{databento_dbn.Schema.from_int(number).value}"
    except (ValueError, databento_dbn.DBNError):
        return "dbn"


def read_metadata(content: bytes) -> DbnMetadata:
    """Reads the metadata, which must be there as a whole.

    Raises:
        MetadataError: It is damaged.
    """
    _check_counts(content)
    symbols = Symbols()
    try:
        metadata = databento_dbn.Metadata.decode(content)
        for instrument, start_ns, stop_ns, symbol in _mappings(metadata):
            symbols.add(instrument, start_ns, stop_ns, symbol)
    except (KeyboardInterrupt, SystemExit):
        raise
    # A panic of the package's native code is no Exception.
    except BaseException as error:
        found = (str(error).splitlines() or [type(error).__name__])[0]
        raise MetadataError(0, f"expected sound DBN metadata; found: {found}") from error
    symbols.settle()
    return DbnMetadata(content[3], len(content), bool(metadata.ts_out), symbols)


def _check_counts(content: bytes) -> None:
    """Every count in the metadata is of something that is there."""
    place = PRELUDE_BYTES + _FIXED_BYTES
    symbol_bytes = _SYMBOL_BYTES_V1
    if content[3] > 1:
        at = PRELUDE_BYTES + _SYMBOL_BYTES_AT
        symbol_bytes = int.from_bytes(content[at : at + 2], "little")
        if not 1 < symbol_bytes <= CHANNEL_LIMIT_BYTES:
            raise MetadataError(at, f"expected symbols of 2 to 1,024 bytes; found {symbol_bytes}")

    def counted(size: int) -> int:
        """Passes over a count, and gives it; as many things of a size have to be there."""
        nonlocal place
        if place + 4 > len(content):
            raise MetadataError(place, "expected a count within the metadata; found its end")
        found = int.from_bytes(content[place : place + 4], "little")
        if found * size > len(content) - place - 4:
            expected = f"expected a count of {size} bytes each that are within the metadata"
            raise MetadataError(place, f"{expected}; found {found:,}")
        place += 4
        return found

    def pass_over(size: int) -> None:
        nonlocal place
        count = counted(size)
        place += count * size

    pass_over(1)  # a definition of the schema, which no version has yet
    for _ in range(_SYMBOL_LISTS):
        pass_over(symbol_bytes)
    for _ in range(counted(symbol_bytes + 4)):
        place += symbol_bytes
        pass_over(_DATES_BYTES + symbol_bytes)


def _mappings(metadata: databento_dbn.Metadata) -> Iterator[tuple[int, int, int, str]]:
    """Instrument, from when and to before when, and symbol, of each mapping."""
    from_instrument = metadata.stype_in is not None and metadata.stype_in.value == _INSTRUMENT_ID
    to_instrument = metadata.stype_out.value == _INSTRUMENT_ID
    for key, intervals in metadata.mappings.items():
        for interval in intervals:
            # The symbol of an interval may be empty: then there was none in that time.
            if to_instrument and interval["symbol"]:
                instrument, symbol = int(interval["symbol"]), key
            elif from_instrument and interval["symbol"]:
                instrument, symbol = int(key), interval["symbol"]
            else:
                continue
            yield instrument, _day_ns(interval["start_date"]), _day_ns(interval["end_date"]), symbol


def _day_ns(day: date) -> int:
    return nanoseconds_from_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC))
