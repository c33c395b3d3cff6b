"""Record batches out of an Arrow file or stream, and what Arrow says of bad ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.format import STREAM_MAGIC


@contextmanager
def arrow_errors(path: Path) -> Iterator[None]:
    """Whatever Arrow or the system says of a bad file becomes a `FeedError`."""
    try:
        yield
    except FeedError:
        raise
    # Arrow reports a damaged file by errors of many kinds; all of them derive from these.
    except (pa.ArrowException, OSError, ValueError, KeyError, IndexError, MemoryError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise FeedError(path, None, f"is damaged: {lines[0]}") from error


def arrow_batches(path: Path, fields: Sequence[int] = ()) -> Iterator[pa.RecordBatch]:
    """Reads the record batches one after the other, through reads rather than a memory map.

    Pages of a map would count as resident memory; so they do only while a batch is in use.

    Args:
        path: The file.
        fields: Columns to read, by index, ascending; empty: all.

    Raises:
        pyarrow.ArrowException, OSError: The file is damaged.
    """
    options = pa.ipc.IpcReadOptions(included_fields=list(fields), use_threads=False)
    with path.open("rb") as file:
        is_stream = file.read(len(STREAM_MAGIC)) == STREAM_MAGIC
    with pa.OSFile(str(path), mode="r") as source:
        if is_stream:
            yield from pa.ipc.open_stream(source, options=options)
            return
        reader = pa.ipc.open_file(source, options=options)
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


def arrow_schema(path: Path) -> pa.Schema:
    """The schema of an Arrow file or stream.

    Raises:
        pyarrow.ArrowException, OSError: The file is damaged.
    """
    with path.open("rb") as file:
        is_stream = file.read(len(STREAM_MAGIC)) == STREAM_MAGIC
    with pa.OSFile(str(path), mode="r") as source:
        if is_stream:
            return pa.ipc.open_stream(source).schema
        return pa.ipc.open_file(source).schema
