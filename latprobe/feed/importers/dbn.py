"""DBN files of Databento, versions 1 to 3: market data records of fixed layouts, after metadata.

The payload is the record as it stands in the file, header and all. The receive time is its
`ts_recv`, or `ts_event` where the type has none or it is undefined. The channel is the symbol that
the metadata, or a symbol mapping of a live session, gives the instrument at that time; else
`publisher/instrument`. The protocol is `dbn-` and the schema.

The `databento-dbn` package reads the metadata. Records are cut here by their length fields, as
they lie: the package would make an object of each, and upgrade those of older versions.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from latprobe.feed.importers.dbn_metadata import (
    MAGIC,
    PRELUDE_BYTES,
    VERSIONS,
    DbnMetadata,
    MetadataError,
    metadata_size,
    protocol_of,
    read_metadata,
)
from latprobe.feed.importers.dbn_records import (
    EVENT_TIME_AT,
    HEADER_BYTES,
    INSTRUMENT_AT,
    LENGTH_UNIT,
    MAPPED_SYMBOL,
    PUBLISHER_AT,
    RECORDS,
    SEND_TIME_BYTES,
    SYMBOL_MAPPING,
    UNDEFINED_TIME,
)
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.windows import Window, read_windows
from latprobe.feed.messages import Block, PlainChannels

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Integers = npt.NDArray[np.int64]

_RUN: Final = 1024
"""Records of one length that are looked at together."""
_LAST_TIME: Final = 2**63 - 1


def _recognises(head: bytes) -> bool:
    return head.startswith(MAGIC) and len(head) > PRELUDE_BYTES and head[3] in VERSIONS


def _read(source: Source, options: ImportOptions) -> Iterator[Block]:
    del options
    records: _Records | None = None
    for window in read_windows(source):
        if records is None:
            metadata = _metadata(source, window)
            if metadata is None:
                continue
            records = _Records(source, metadata)
        yield from records.blocks(window)


def _metadata(source: Source, window: Window) -> DbnMetadata | None:
    """The metadata, if the window has all of it."""
    content = window.content
    try:
        size = metadata_size(content) if len(content) >= PRELUDE_BYTES or window.last else 0
        if size and len(content) >= size:
            window.used = size
            return read_metadata(content[:size])
    except MetadataError as error:
        raise source.fail(error.offset, str(error)) from error
    if window.last:
        problem = f"expected {size:,} bytes before the first record; found {len(content):,}"
        raise source.fail(0, problem)
    return None


class _Records:
    """The records after the metadata."""

    def __init__(self, source: Source, metadata: DbnMetadata) -> None:
        self._source = source
        self._metadata = metadata
        self._sizes = np.zeros(256, np.int64)
        self._times_at = np.zeros(256, np.int64)
        behind = SEND_TIME_BYTES if metadata.sent else 0
        for kind, layout in RECORDS.items():
            self._sizes[kind] = layout.sizes[metadata.version - 1] + behind
            self._times_at[kind] = layout.receive_time_at

    def blocks(self, window: Window) -> Iterator[Block]:
        """The whole records of a window."""
        ends = self._ends(window)
        if len(ends) > 1:
            yield from self._parts(window, ends)
        rest = window.content[window.used :]
        if not rest:
            return
        size = rest[0] * LENGTH_UNIT
        if size < HEADER_BYTES:
            expected = f"expected the length of a record, {HEADER_BYTES} bytes or more"
            raise self._source.fail(window.offset + window.used, f"{expected}; found {size}")
        if window.last:
            problem = f"expected a whole record; found the first {len(rest)} bytes of one"
            self._source.bad(window.offset + window.used, problem, rest)

    def _ends(self, window: Window) -> "Integers":
        """Where each whole record begins, and where the last one ends."""
        content, place = window.content, window.used
        runs = []
        while place < len(content):
            size = content[place] * LENGTH_UNIT
            if size < HEADER_BYTES:
                break
            whole = min(_RUN, (len(content) - place) // size)
            if not whole:
                break
            lengths = content[place : place + whole * size : size]
            run = len(lengths) - len(lengths.lstrip(lengths[:1]))
            runs.append(np.arange(place, place + run * size, size))
            place += run * size
        window.used = place
        return np.concatenate([*runs, np.array([place])])

    def _parts(self, window: Window, ends: "Integers") -> Iterator[Block]:
        """Runs of good records, each with the symbols of its time."""
        view = np.frombuffer(window.content, np.uint8)
        starts = ends[:-1]
        kinds = view[starts + 1]
        times = _integers(view, starts + self._times_at[kinds], 8)
        undefined = times == UNDEFINED_TIME
        times[undefined] = _integers(view, starts[undefined] + EVENT_TIME_AT, 8)
        wrong_size = self._sizes[kinds] != np.diff(ends)
        bad = wrong_size | (times > _LAST_TIME)
        breaks = np.flatnonzero(bad | (kinds == SYMBOL_MAPPING))
        borders = sorted({0, len(starts), *breaks.tolist(), *(np.flatnonzero(bad) + 1).tolist()})
        for start, stop in pairwise(borders):
            if bad[start]:
                self._set_aside(window, int(ends[start]), int(ends[start + 1]), wrong_size[start])
                continue
            if kinds[start] == SYMBOL_MAPPING:
                self._map(window.content, int(ends[start]))
            part = ends[start : stop + 1]
            recv_ns = times[start:stop].astype(np.int64)
            yield Block(
                recv_ns,
                self._channels(view, part[:-1], recv_ns),
                part - part[0],
                memoryview(window.content)[part[0] : part[-1]],
                window.offset + part[:-1],
            )

    def _channels(self, view: "Bytes", starts: "Integers", times: "Integers") -> PlainChannels:
        publishers = _integers(view, starts + PUBLISHER_AT, 2).astype(np.int64)
        instruments = _integers(view, starts + INSTRUMENT_AT, 4).astype(np.int64)
        symbols = self._metadata.symbols
        both, indices = np.unique(instruments << 16 | publishers, return_inverse=True)
        pairs = [(key & 0xFFFF, key >> 16) for key in both.tolist()]
        first_ns, last_ns = int(times.min()), int(times.max())
        if not any(symbols.changes(instrument, first_ns, last_ns) for _, instrument in pairs):
            names = tuple(
                symbols.name(publisher, instrument, first_ns) for publisher, instrument in pairs
            )
            return PlainChannels(indices.astype(np.int32), names)
        number_of: dict[str, int] = {}
        numbers: list[int] = []
        for index, time_ns in zip(indices.tolist(), times.tolist(), strict=True):
            name = symbols.name(pairs[index][0], pairs[index][1], time_ns)
            numbers.append(number_of.setdefault(name, len(number_of)))
        return PlainChannels(np.array(numbers, np.int32), tuple(number_of))

    def _map(self, content: bytes, start: int) -> None:
        at, size = MAPPED_SYMBOL[self._metadata.version - 1]
        symbol = content[start + at : start + at + size].partition(b"\0")[0]
        place = start + INSTRUMENT_AT
        instrument = int.from_bytes(content[place : place + 4], "little")
        self._metadata.symbols.map_live(instrument, symbol.decode("utf-8", "replace"))

    def _set_aside(self, window: Window, start: int, stop: int, wrong_size: bool) -> None:
        record = window.content[start:stop]
        if not wrong_size:
            problem = "expected a record with a time; found one that is undefined or after 2262"
        elif record[1] in RECORDS:
            size = int(self._sizes[record[1]])
            problem = f"expected {size} bytes of a record of type {record[1]}; found {len(record)}"
        else:
            problem = f"expected a record type that DBN has; found {record[1]}"
        self._source.bad(window.offset + start, problem, record)


def _integers(view: "Bytes", places: "Integers", size: int) -> "npt.NDArray[Any]":
    """Unsigned little-endian integers of `size` bytes that stand at some places."""
    # A record of an unknown type may be shorter than the place of its time: it is bad anyway.
    within = np.minimum(places, len(view) - size)
    return view[within[:, np.newaxis] + np.arange(size)].view(f"<u{size}").reshape(-1)


DBN: Final = Importer(
    name="dbn",
    version=1,
    protocol="dbn",
    summary="Databento's DBN, versions 1 to 3",
    recognises=_recognises,
    read=_read,
    takes=frozenset({"protocol"}),
    protocol_of=protocol_of,
    max_backwards_ns=None,  # a live session gives what it replays after what is new
)
