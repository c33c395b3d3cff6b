"""CSV of any table that has a column of times and one of payloads, with their names in a header.

Fields are separated by commas, tabs, semicolons or bars, as the header has it, and quoted as in
RFC 4180: a quoted field may have separators and line ends in it, and its quotes are doubled. Times
are in ISO 8601, or a number of s, ms, µs or ns since 1970. The channel is that of its column, else
`table`.
"""

import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.lines import shown
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.table_columns import (
    TABLE_OPTIONS,
    TableColumns,
    choose_columns,
    has_usual_columns,
)
from latprobe.feed.importers.table_csv_rows import CsvRows
from latprobe.feed.importers.table_rows import TableRows
from latprobe.feed.importers.windows import Window, read_windows
from latprobe.feed.messages import Block

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_SEPARATORS: Final = (b",", b"\t", b";", b"|")
_QUOTED: Final = re.compile(rb'"[^"]*"')
_HEADER_LIMIT: Final = 65_536
_BLANK_BYTES: Final = 2
_ROW_LIMIT: Final = 2 * MESSAGE_LIMIT_BYTES
"""Quotes, base64 and hexadecimal make a payload longer than it is."""


class _Header:
    """The names of the columns, and what separates them."""

    def __init__(self, line: bytes) -> None:
        text = line.removeprefix(_BYTE_ORDER_MARK).rstrip(b"\r\n")
        bare = _QUOTED.sub(b"", text)
        self.separator = max(_SEPARATORS, key=bare.count)
        mark = re.escape(self.separator)
        field = re.compile(rb"(?:\A|" + mark + rb')("(?:[^"]|"")*"|[^' + mark + rb"]*)")
        self.names = [_unquoted(it) for it in field.findall(text)]


def _unquoted(field: bytes) -> str:
    if field.startswith(b'"') and field.endswith(b'"') and len(field) > 1:
        field = field[1:-1].replace(b'""', b'"')
    return field.decode("utf-8", "replace")


def _recognises(head: bytes) -> bool:
    return has_usual_columns(_Header(head.partition(b"\n")[0]).names)


def _read(source: Source, options: ImportOptions) -> Iterator[Block]:
    table: _Csv | None = None
    for window in read_windows(source):
        if table is None:
            line_end = window.content.find(b"\n") + 1 or len(window.content)
            if line_end == len(window.content) < _HEADER_LIMIT and not window.last:
                continue
            header = _Header(window.content[:line_end])
            table = _Csv(
                source, header, choose_columns(source.path, header.names, options), options
            )
            window.used = line_end
        yield from table.blocks(window)


class _Csv:
    """The rows after the header."""

    def __init__(
        self, source: Source, header: _Header, columns: TableColumns, options: ImportOptions
    ) -> None:
        self._source = source
        self._header = header
        self._lexer = CsvRows(header.separator)
        self._rows = TableRows(source, columns, options)
        places = (columns.time, columns.payload, columns.channel)
        self._names = [None if place is None else f"{place}" for place in places]
        self._wanted = sorted({name for name in self._names if name is not None})

    def blocks(self, window: Window) -> Iterator[Block]:
        """The whole rows of a window."""
        content, first = window.content, window.used
        ends = self._lexer.ends(content[first:], last=window.last) + first
        if len(ends):
            yield from self._rows_of(window, first, ends)
            window.used = int(ends[-1])
        rest = content[window.used :]
        if len(rest) > _ROW_LIMIT:
            expected = f"expected a row of at most {_ROW_LIMIT:,} bytes"
            raise self._source.fail(window.offset + window.used, f"{expected}; found a longer one")
        if window.last and rest:
            problem = "expected a quoted field that ends; found the end of the file"
            self._source.bad(window.offset + window.used, problem, rest[:MESSAGE_LIMIT_BYTES])

    def _rows_of(self, window: Window, first: int, ends: "Integers") -> Iterator[Block]:
        content = window.content
        starts = np.concatenate([[first], ends[:-1]])
        view = np.frombuffer(content, np.uint8)
        begins, sizes = view[starts], ends - starts
        blank = (begins == ord("\n")) | ((begins == ord("\r")) & (sizes <= _BLANK_BYTES))
        yield from self._blocks(window, starts[~blank], ends[~blank])

    def _blocks(self, window: Window, starts: "Integers", ends: "Integers") -> Iterator[Block]:
        """Parses rows that follow each other; bad ones are told from the others."""
        if not len(starts):
            return
        table = self._parsed(window.content[int(starts[0]) : int(ends[-1])])
        if table is not None:
            known = table.num_rows == len(starts)
            yield self._block(table, starts + window.offset if known else None)
            return
        # So some are bad: first those that can be told by their separators, then by trying halves.
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        counts = [self._lexer.fields_of(window.content[start:stop]) for start, stop in spans]
        wrong = [row for row, count in enumerate(counts) if count != len(self._header.names)]
        if not wrong and len(starts) > 1:
            half = len(starts) // 2
            yield from self._blocks(window, starts[:half], ends[:half])
            yield from self._blocks(window, starts[half:], ends[half:])
            return
        done = 0
        for row in wrong or [0]:
            yield from self._blocks(window, starts[done:row], ends[done:row])
            self._set_aside(window, int(starts[row]), int(ends[row]), counts[row])
            done = row + 1
        yield from self._blocks(window, starts[done:], ends[done:])

    def _block(self, table: pa.Table, places: "Integers | None") -> Block:
        time, payload, channel = (
            None if name is None else table.column(name).combine_chunks() for name in self._names
        )
        assert time is not None
        assert payload is not None
        return self._rows.block(time, payload, channel, places)

    def _set_aside(self, window: Window, start: int, stop: int, fields: int) -> None:
        row = window.content[start:stop].rstrip(b"\r\n")
        expected = f"expected {len(self._header.names)} fields, as the header has"
        problem = f"{expected}; found {fields} in {shown(row)}"
        self._source.bad(window.offset + start, problem, row[:MESSAGE_LIMIT_BYTES])

    def _parsed(self, rows: bytes) -> pa.Table | None:
        """The wanted columns, as bytes; `None` where a row has too many fields, or too few."""
        try:
            return pa_csv.read_csv(
                cast("IO[bytes]", pa.BufferReader(rows)),
                read_options=pa_csv.ReadOptions(
                    column_names=[f"{place}" for place in range(len(self._header.names))],
                    use_threads=False,
                    block_size=len(rows) + 1,
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self._header.separator.decode(), newlines_in_values=True
                ),
                convert_options=pa_csv.ConvertOptions(
                    include_columns=self._wanted,
                    column_types=dict.fromkeys(self._wanted, pa.large_binary()),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            return None


CSV: Final = Importer(
    name="csv",
    version=1,
    protocol="raw",
    summary="CSV with a header, a column of times and one of payloads",
    recognises=_recognises,
    read=_read,
    takes=TABLE_OPTIONS,
)
