"""Rows of a table into messages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.lines import shown
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.table_columns import TableColumns
from latprobe.feed.importers.table_values import channels_of, payloads_of, times_of
from latprobe.feed.messages import Block, PlainChannels

if TYPE_CHECKING:
    import numpy.typing as npt

_EXPECTED_TIME: Final = "a time: ISO 8601, or a number of s, ms, µs or ns since 1970"
_WRITTEN: Final = {
    "raw": "a payload of at most 16 MiB",
    "base64": "a payload in base64, of at most 16 MiB",
    "hex": "a payload in hexadecimal, of at most 16 MiB",
}

Place = Callable[[int], int | None]
"""Where a row of the batch begins in the uncompressed content; `None` where that is unknown."""


class TableRows:
    """Makes blocks of the rows of one table.

    Args:
        source: The recording; rows without a time or a payload are bad.
        columns: Which columns they are in.
        options: How payloads are written.
    """

    def __init__(self, source: Source, columns: TableColumns, options: ImportOptions) -> None:
        self._source = source
        self._columns = columns
        self._encoding = options.payload_encoding
        self._rows = 0

    def block(
        self,
        times: "pa.Array[Any]",
        payloads: "pa.Array[Any]",
        channels: "pa.Array[Any] | None",
        places: "npt.NDArray[np.int64] | None" = None,
    ) -> Block:
        """The good rows of a batch; `places` is where each begins, if that is known.

        Raises:
            FeedError: A column cannot hold what it should; or a row is bad, and no quarantine.
            pyarrow.ArrowException: An array is damaged.
        """
        columns = self._columns
        timed = times_of(times)
        if timed is None:
            raise self._no_column(columns.time_name, times.type, _EXPECTED_TIME)
        carried = payloads_of(payloads, self._encoding)
        if carried is None:
            raise self._no_column(columns.payload_name, payloads.type, "text or binary payloads")
        (recv_ns, has_time), (binary, has_payload) = timed, carried
        named = channels_of(channels, len(times))
        if named is None:
            assert channels is not None
            raise self._no_column("of channels", channels.type, "text or integers")
        good = has_time & has_payload
        if not good.all():
            for row in np.flatnonzero(~good).tolist():
                place = None if places is None else int(places[row])
                self._set_aside(row, place, times, payloads, timed=bool(has_time[row]))
            binary = binary.filter(pa.array(good))
            recv_ns = recv_ns[good]
            named = PlainChannels(named.indices[good], named.names)
            places = None if places is None else places[good]
        self._rows += len(times)
        _, offsets, data = binary.buffers()
        if offsets is None or not len(binary):
            nothing = np.zeros(0, np.int64)
            return Block(
                nothing,
                PlainChannels(nothing.astype(np.int32), ()),
                np.zeros(1, np.int64),
                memoryview(b""),
            )
        first = binary.offset
        ends = np.frombuffer(memoryview(offsets), np.int64)[first : first + len(binary) + 1]
        content = memoryview(data if data is not None else b"")[ends[0] : ends[-1]]
        return Block(recv_ns, named, ends - ends[0], content, places)

    def _no_column(self, name: str, kind: pa.DataType, expected: str) -> FeedError:
        return FeedError(self._source.path, None, f"column {name} is {kind}; expected {expected}")

    def _set_aside(
        self,
        row: int,
        place: int | None,
        times: "pa.Array[Any]",
        payloads: "pa.Array[Any]",
        *,
        timed: bool,
    ) -> None:
        name = self._columns.payload_name if timed else self._columns.time_name
        expected = _WRITTEN[self._encoding] if timed else _EXPECTED_TIME
        value = (payloads if timed else times)[row].as_py()
        text = value if isinstance(value, bytes) else str(value).encode()
        found = "nothing" if value is None else shown(text)
        problem = (
            f"expected {expected} in column {name}; found {found} in row {self._rows + row + 1:,}"
        )
        content = payloads[row].as_py()
        self._source.bad(place, problem, _bytes(content))


def _bytes(value: Any) -> bytes:
    if value is None:
        return b""
    return value if isinstance(value, bytes) else str(value).encode()
