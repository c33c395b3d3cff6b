"""`series.arrows`: what else there is of each interval, as an Arrow IPC stream that any tool reads.

The stream is whole at any time. The next batch is written behind the mark of its end, with a new
mark behind that; then the old one, eight bytes that lie within a page, becomes the batch's head.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from latprobe.errors import SoakError
from latprobe.run.soak_interval import SoakInterval
from latprobe.soak.interval_log import tag_of
from latprobe.soak.placed_file import PlacedFile

if TYPE_CHECKING:
    import numpy.typing as npt

SERIES_NAME: Final = "series.arrows"

_END: Final = b"\xff\xff\xff\xff\0\0\0\0"
"""Marks the end of a stream, and in all but its last four bytes is how a message begins."""

_TIMES: Final = ("elapsed_s", "seconds", "cpu_s", "stolen_s")
_LENGTHS: Final = (
    *("stalled_in_waiting_ns", "paused_ns", "longest_pause_ns"),
    *("worst_response_ns", "worst_total_ns"),
    *("watched_ns", "longest_stall_ns", "stalled_ns", "preempted_ns"),
    "wall_step_ns",
)
_COUNTS: Final = (
    *("start_unix_ns", "messages", "last_sequence", "recorded", "settling", "errors", "rounds"),
    *("late", "late_by_platform", "late_by_driver", "stalls_in_waiting", "worst_sequence"),
    *("heap_bytes", "heap_floor_bytes", "allocations", "frees", "reallocations"),
    *("allocated_bytes", "minor_faults", "major_faults"),
    *("voluntary_switches", "involuntary_switches"),
    *("rss_bytes", "threads", "descriptors", "own_rss_bytes", "stalls", "preempted"),
    "log_bytes",
)

_FIELDS: "Final[list[pa.Field[Any]]]" = [
    *(pa.field(name, pa.float64()) for name in _TIMES + _LENGTHS),
    *(pa.field(name, pa.int64()) for name in _COUNTS),
    # Of all times of the interval, by tag: what a mean is made of.
    pa.field("sums_ns", pa.map_(pa.string(), pa.float64())),
]

SCHEMA: Final = pa.schema(_FIELDS)

_LATER: Final = ("wall_step_ns",)
"""Columns that files of earlier versions lack; nothing is known in them."""


class SeriesFile:
    """Adds a row for each interval.

    Args:
        path: The file.
        length: Where it ends, without the mark of the end; 0 for one that is begun.

    Raises:
        OSError: where it cannot be written.
    """

    def __init__(self, path: Path, length: int) -> None:
        self._file = PlacedFile(path)
        self._length = length
        self._schema = SCHEMA
        if length == 0:
            self._file.write(SCHEMA.serialize().to_pybytes() + _END, 0)
            self._length = len(SCHEMA.serialize())
        else:
            with pa.OSFile(str(path), "rb") as file:
                self._schema = _schema_of(file)
        self._file.cut(self._length + len(_END))
        # The first time, pyarrow imports pandas where that is installed, which takes longer than
        # an interval may be.
        pa.RecordBatch.from_pylist([{}], schema=self._schema)

    def append(self, row: dict[str, Any]) -> None:
        """Adds a row; what is missing in it is null.

        Raises:
            OSError: where that is not possible; the file then is as it was.
        """
        batch = pa.RecordBatch.from_pylist([row], schema=self._schema)
        message = batch.serialize().to_pybytes()
        head, rest = message[: len(_END)], message[len(_END) :]
        try:
            self._file.write(rest + _END, self._length + len(_END))
        except OSError:
            self._file.cut(self._length + len(_END))
            raise
        self._file.write(head, self._length)
        self._length += len(message)

    def settle(self) -> None:
        """Has the disk hold what was written.

        Raises:
            OSError: where it does not.
        """
        self._file.settle()

    def close(self) -> None:
        """Ends writing."""
        self._file.close()


class Series:
    """The rows of a file, column by column.

    Args:
        table: All of them.
        length: Where the file ends, without the mark of the end.
    """

    def __init__(self, table: pa.Table, length: int) -> None:
        self._table = table
        self.length = length

    def __len__(self) -> int:
        return self._table.num_rows

    def column(self, name: str) -> "npt.NDArray[np.float64]":
        """A column; NaN where there is nothing."""
        values: npt.NDArray[np.float64] = (
            self._table.column(name).cast(pa.float64(), safe=False).to_numpy()
        )
        return values

    def sums_ns(self) -> list[dict[str, float]]:
        """Of each interval, the sum of all times by tag."""
        rows = self._table.column("sums_ns").to_pylist()
        return [{tag: sum_ns for tag, sum_ns in it or () if sum_ns is not None} for it in rows]

    def largest(self, name: str) -> int | None:
        """The largest value of a count; None where there is none."""
        values = self.column(name)
        known = values[np.isfinite(values)]
        return int(known.max()) if len(known) else None

    def last(self, name: str) -> int:
        """A count in the last row; 0 where there is none."""
        if not len(self):
            return 0
        value = self._table.column(name)[-1].as_py()
        return 0 if value is None else int(value)


def read_series(path: Path) -> Series:
    """Reads what is there, of a soak that runs as well.

    Raises:
        SoakError: where it cannot be read, or holds what no series does.
    """
    batches: list[pa.RecordBatch] = []
    try:
        with pa.OSFile(str(path), "rb") as file:
            schema = _schema_of(file)
            names = _known_columns(schema)
            length = file.tell()
            while True:
                try:
                    message = pa.ipc.read_message(file)
                except (EOFError, pa.ArrowInvalid):
                    break  # the mark of the end
                batches.append(_batch_of(message, schema, length))
                length = file.tell()
        known = pa.Table.from_batches(batches, schema).select(names)
        table = pa.concat_tables([SCHEMA.empty_table(), known], promote_options="default")
        return Series(table, length)
    except (OSError, EOFError, pa.ArrowException, ValueError) as error:
        raise SoakError(f"{path}: is not the series of a soak: {error}") from error


def _schema_of(file: pa.NativeFile) -> pa.Schema:
    return pa.ipc.read_schema(pa.ipc.read_message(file))


def _known_columns(schema: pa.Schema) -> list[str]:
    """Those of a file's columns that this version knows.

    Raises:
        ValueError: where one is missing, there twice, or of another type.
    """
    known = [it for it in SCHEMA.names if it not in _LATER or it in schema.names]
    for name in known:
        types = [schema.field(it).type for it in schema.get_all_field_indices(name)]
        if types != [SCHEMA.field(name).type]:
            found = " and ".join(map(str, types)) or "missing"
            raise ValueError(f"column `{name}` is {found}, not {SCHEMA.field(name).type}")
    return known


def _batch_of(message: pa.Message, schema: pa.Schema, start: int) -> pa.RecordBatch:
    """The rows of a message that begins at that byte.

    Raises:
        ValueError: where they are not sound.
    """
    try:
        batch = pa.ipc.read_record_batch(message, schema)
        # Offsets and lengths that reach out of the file's own bytes are not noticed in reading.
        batch.validate(full=True)
    except (OSError, pa.ArrowException) as error:
        raise ValueError(f"the batch at byte {start:,}: {error}") from error
    return batch


def row_of(interval: SoakInterval, elapsed_s: float, log_bytes: int) -> dict[str, Any]:
    """An interval that began `elapsed_s` after the soak, as a row."""
    measured, process, stalls = interval.measured, interval.process, interval.platform
    row: dict[str, Any] = {
        name: getattr(measured, name) for name in SCHEMA.names if hasattr(measured, name)
    }
    row |= {name: getattr(process, name) for name in SCHEMA.names if hasattr(process, name)}
    row |= {"elapsed_s": elapsed_s, "log_bytes": log_bytes}
    row["sums_ns"] = [(tag_of(it.tag), it.sum_ns) for it in measured.times]
    if measured.allocated is not None:
        asked = measured.allocated
        row |= {
            "allocations": asked.allocations,
            "frees": asked.frees,
            "reallocations": asked.reallocations,
            "allocated_bytes": asked.bytes,
        }
    if measured.worst is not None:
        worst = measured.worst
        row |= {
            "worst_sequence": worst.sequence,
            "worst_response_ns": worst.response_ns,
            "worst_total_ns": worst.total_ns,
        }
    if stalls is not None:
        row |= {
            "watched_ns": stalls.watched_ns,
            "stalls": stalls.count,
            "longest_stall_ns": stalls.longest_ns,
            "stalled_ns": stalls.stalled_ns,
            "preempted": stalls.preempted,
            "preempted_ns": stalls.preempted_ns,
        }
    return row
