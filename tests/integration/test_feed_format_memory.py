"""Recordings of further formats that are larger than the memory that importing them may take."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest
import zstandard

from tests.dbn_files import mbo, metadata
from tests.integration.test_feed_memory import peak_bytes
from tests.made_recordings import csv_table, made_up, msgpack_stream
from tests.protobuf import delimited

# A third more than is promised, and less than the source: on a busy machine Arrow's threads are
# ahead of whoever takes what they have read.
_MOST_BYTES: Final = 400 * 10**6
_CONTENT_BYTES: Final = 240 * 10**6
_IMPORT: Final = (
    "import sys; from latprobe.feed.importers.import_feed import import_recording; "
    "import_recording(sys.argv[1], sys.argv[2], max_backwards_ns=10**18, expansion_limit=10**6)"
)


def _csv(frames: list[bytes]) -> tuple[bytes, bytes]:
    header, _, rows = csv_table(frames).partition(b"\n")
    return header + b"\n", rows


PARTS: Final[dict[str, Callable[[], tuple[bytes, bytes]]]] = {
    "dbn": lambda: (metadata(3), mbo() * 20_000),
    "msgpack": lambda: (b"", msgpack_stream(made_up("json", 2000))),
    "protobuf": lambda: (b"", delimited(*[b"\x0a\x64" + b"x" * 100] * 5000)),
    "csv": lambda: _csv(made_up("json", 2000)),
}
"""How a recording begins, and what comes again and again after that; lines are tested elsewhere."""


@pytest.mark.parametrize("name", PARTS)
def test_importing_takes_flat_memory(tmp_path: Path, name: str) -> None:
    head, body = PARTS[name]()
    packed = zstandard.compress(body)
    source = tmp_path / "source.zst"
    with source.open("wb") as file:
        file.write(zstandard.compress(head))
        for _ in range(_CONTENT_BYTES // len(body)):
            file.write(packed)
    assert peak_bytes(_IMPORT, source, tmp_path / "a.feed") < _MOST_BYTES
    assert (tmp_path / "a.feed").stat().st_size > _CONTENT_BYTES * 2 / 3


def test_importing_one_large_row_group_takes_flat_memory(tmp_path: Path) -> None:
    frames = made_up("json", 2000)
    rows = _CONTENT_BYTES // sum(map(len, frames)) * len(frames)
    # In a process of its own, since making it takes as much memory as it has bytes.
    make = (
        "import sys, pyarrow as pa, pyarrow.parquet as pq; "
        "frames = open(sys.argv[2], 'rb').read().split(b'\\n'); n = int(sys.argv[3]); "
        "table = pa.table({'ts': list(range(n)), "
        "'payload': [frames[i % len(frames)] + b'%d' % i for i in range(n)]}); "
        "pq.write_table(table, sys.argv[1], row_group_size=n)"
    )
    (tmp_path / "frames").write_bytes(b"\n".join(frames))
    peak_bytes(make, tmp_path / "source", tmp_path / "frames", rows)
    assert pq.ParquetFile(tmp_path / "source").num_row_groups == 1
    assert peak_bytes(_IMPORT, tmp_path / "source", tmp_path / "a.feed") < _MOST_BYTES
    assert (tmp_path / "a.feed").stat().st_size > _CONTENT_BYTES
