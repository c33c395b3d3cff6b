"""Arrow files and streams, and Parquet, of any table with a column of times and one of payloads.

Times are timestamps of any unit, numbers of s, ms, µs or ns since 1970, or ISO 8601. The channel is
that of its column, else `table`. An Arrow table that has the columns of a feed under their own
names is one, and is taken as it is.

Both are read with seeks: what an archive unpacks to cannot be.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from latprobe.errors import FeedError
from latprobe.feed.arrow_source import arrow_batches, arrow_errors, arrow_schema
from latprobe.feed.format import BATCH_MESSAGES, BATCH_PAYLOAD_BYTES, FILE_MAGIC, STREAM_MAGIC
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.table_columns import TABLE_OPTIONS, TableColumns, choose_columns
from latprobe.feed.importers.table_rows import TableRows
from latprobe.feed.importers.table_values import byte_sizes
from latprobe.feed.messages import Block

if TYPE_CHECKING:
    from io import IOBase

PARQUET_MAGIC: Final = b"PAR1"
_BUFFER_BYTES: Final = 2**20
EXPANSION_FREE_BYTES: Final = 2**28
"""Payloads that any file may have."""
_HELD_BYTES: Final = 4 * BATCH_PAYLOAD_BYTES
# Of the strings and lists in a footer, which a hostile one could state at will.
_FOOTER_LIMIT: Final = 64 * 2**20
_FOOTER_ENTRIES: Final = 2**20


def _recognises_arrow(head: bytes) -> bool:
    return head.startswith((FILE_MAGIC, STREAM_MAGIC))


def _read_arrow(source: Source, options: ImportOptions) -> Iterator[Block]:
    _refuse_archive(source, "an Arrow file", (FILE_MAGIC, STREAM_MAGIC))
    with arrow_errors(source.path):
        columns = choose_columns(source.path, arrow_schema(source.path).names, options)
        rows = TableRows(source, columns, options)
        source.position = 0
        for batch in arrow_batches(source.path):
            for block in _blocks(rows, columns, batch.columns):
                yield block
                source.position += len(block.payload)


def _recognises_parquet(head: bytes) -> bool:
    return head.startswith(PARQUET_MAGIC)


def _read_parquet(source: Source, options: ImportOptions) -> Iterator[Block]:
    _refuse_archive(source, "Parquet", (PARQUET_MAGIC,))
    with arrow_errors(source.path):
        file = _opened(source)
        names = file.schema_arrow.names
        columns = choose_columns(source.path, names, options)
        rows = TableRows(source, columns, options)
        places = (columns.time, columns.payload, columns.channel)
        wanted = [names[place] for place in places if place is not None]
        source.position = 0
        for group in range(file.num_row_groups):
            count = _batch_rows(source, file, group, columns.payload_name)
            batches = file.iter_batches(
                count, row_groups=[group], columns=wanted, use_threads=False
            )
            for batch in batches:
                by_name = dict(zip(batch.schema.names, batch.columns, strict=True))
                for block in _blocks(rows, columns, [by_name.get(name) for name in names]):
                    yield block
                    source.position += len(block.payload)
                    _refuse_bomb(source)


def _opened(source: Source, *, dictionaries: tuple[str, ...] = ()) -> pq.ParquetFile:
    return pq.ParquetFile(
        pa.PythonFile(cast("IOBase", source.raw_file), mode="r"),
        pre_buffer=False,
        buffer_size=_BUFFER_BYTES,
        read_dictionary=list(dictionaries),
        thrift_string_size_limit=_FOOTER_LIMIT,
        thrift_container_size_limit=_FOOTER_ENTRIES,
    )


def _batch_rows(source: Source, file: pq.ParquetFile, group: int, payload: str) -> int:
    """Rows of a group that can be held together.

    Not many more bytes than a batch of a feed by the sizes that the file states; nor by its
    dictionary, of which each row may be the longest value, however little the file has of it.
    """
    stated = file.metadata.row_group(group)
    per_row = max(1, stated.total_byte_size // max(1, stated.num_rows))
    rows = max(1, min(BATCH_MESSAGES, BATCH_PAYLOAD_BYTES // per_row))
    with_dictionary = _opened(source, dictionaries=(payload,))
    batches = with_dictionary.iter_batches(1, row_groups=[group], columns=[payload])
    first = next(batches, None)
    values = first.column(0) if first is not None else None
    if not isinstance(values, pa.DictionaryArray):
        return rows
    longest = int(byte_sizes(values.dictionary).max(initial=1))
    return max(1, min(rows, _HELD_BYTES // max(1, longest)))


def _blocks(
    rows: TableRows, columns: TableColumns, arrays: "Sequence[pa.Array[Any] | None]"
) -> Iterator[Block]:
    """Blocks of bounded size of a batch, however large that is."""
    times, payloads = arrays[columns.time], arrays[columns.payload]
    channels = None if columns.channel is None else arrays[columns.channel]
    assert times is not None
    assert payloads is not None
    for array in (times, payloads, channels):
        if array is not None:
            array.validate(full=True)
    sums = np.cumsum(byte_sizes(payloads))
    start, count = 0, len(times)
    while start < count:
        before = int(sums[start - 1]) if start else 0
        fits = int(np.searchsorted(sums, before + BATCH_PAYLOAD_BYTES, side="right"))
        stop = min(max(fits, start + 1), start + BATCH_MESSAGES, count)
        yield rows.block(
            times[start:stop],
            payloads[start:stop],
            None if channels is None else channels[start:stop],
        )
        start = stop


def _refuse_bomb(source: Source) -> None:
    """Parquet may repeat a long value for a few bits each time."""
    limit = source.expansion_limit
    if source.position > max(EXPANSION_FREE_BYTES, limit * source.file_bytes):
        expected = f"expected payloads of at most {limit} times the size of the file"
        found = f"found {source.position:,} bytes and more: it is taken for a decompression bomb"
        raise FeedError(source.path, None, f"{expected}; {found}; --max-expansion allows more")


def _refuse_archive(source: Source, what: str, magics: tuple[bytes, ...]) -> None:
    if not source.raw_head.startswith(magics):
        if source.head().startswith(magics):
            problem = f"{what} is read with seeks, which an archive does not allow; unpack it first"
        else:
            problem = f"expected {what}, which begins with {magics[0].decode()}"
        raise source.fail(0, problem)


ARROW: Final = Importer(
    name="arrow",
    version=1,
    protocol="raw",
    summary="Arrow file or stream with a column of times and one of payloads",
    recognises=_recognises_arrow,
    read=_read_arrow,
    takes=TABLE_OPTIONS,
)

PARQUET: Final = Importer(
    name="parquet",
    version=1,
    protocol="raw",
    summary="Parquet with a column of times and one of payloads",
    recognises=_recognises_parquet,
    read=_read_parquet,
    takes=TABLE_OPTIONS,
)
