"""Parquet and Arrow tables into feeds."""

import datetime
import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed, import_recording
from latprobe.feed.importers.importer import ImportOptions
from tests.feeds import TRADE, columns_of, write_table

NS = 1_704_207_600_250_000_001
MOMENT = datetime.datetime(2024, 1, 2, 15, 0, 0, 250_000, datetime.UTC)


def imported(
    folder: Path, table: pa.Table, kind: str, options: ImportOptions | None = None
) -> dict[str, list[Any]]:
    source = folder / f"source.{kind}"
    if kind == "parquet":
        pq.write_table(table, source, row_group_size=100)
    else:
        write_table(source, table, stream=kind == "stream")
    feed = import_feed(source, folder / "a.feed", options=options)
    assert feed.importer == ("parquet 1" if kind == "parquet" else "arrow 1")
    return columns_of(folder / "a.feed")


KINDS = ("parquet", "arrow", "stream")


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_messages(tmp_path: Path, kind: str) -> None:
    count = 1000
    table = pa.table(
        {
            "id": list(range(count)),
            "ts": pa.array([NS + number for number in range(count)]),
            "symbol": [f"s{number % 7}" for number in range(count)],
            "data": [TRADE + str(number).encode() for number in range(count)],
        }
    )
    columns = imported(tmp_path, table, kind)
    assert columns["recv_ns"] == table["ts"].to_pylist()
    assert columns["payload"] == table["data"].to_pylist()
    assert columns["channel"] == table["symbol"].to_pylist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("times", "recv_ns"),
    [
        (pa.array([NS]), NS),
        (pa.array([NS], pa.uint64()), NS),
        (pa.array([1704207600], pa.uint32()), 1_704_207_600 * 10**9),
        (pa.array([1704207600250]), 1_704_207_600_250_000_000),
        (pa.array([NS], pa.timestamp("ns")), NS),
        (pa.array([MOMENT], pa.timestamp("us", "Europe/Paris")), 1_704_207_600_250_000_000),
        (pa.array([MOMENT], pa.timestamp("ms")), 1_704_207_600_250_000_000),
        (pa.array([5], pa.timestamp("ns")), 5),
        (pa.array([1704207600.25]), 1_704_207_600_250_000_000),
        (pa.array([Decimal("1704207600.250000001")]), NS),
        (pa.array(["2024-01-02T15:00:00.250000001Z"]), NS),
        (pa.array(["1704207600.250000001"]).dictionary_encode(), NS),
        (pa.array([b"1704207600250000001"], pa.large_binary()), NS),
    ],
)
def test_times_may_have_many_types(
    tmp_path: Path, kind: str, times: "pa.Array[Any]", recv_ns: int
) -> None:
    table = pa.table({"time": times, "payload": ["x"]})
    assert imported(tmp_path, table, kind)["recv_ns"] == [recv_ns]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "payloads",
    [
        pa.array([b"ab", b""], pa.binary()),
        pa.array(["ab", ""]),
        pa.array(["ab", ""], pa.large_string()),
        pa.array(["ab", ""]).dictionary_encode(),
    ],
)
def test_payloads_may_have_many_types(tmp_path: Path, kind: str, payloads: "pa.Array[Any]") -> None:
    columns = imported(tmp_path, pa.table({"time": [1, 2], "payload": payloads}), kind)
    assert columns["payload"] == [b"ab", b""]
    assert columns["channel"] == ["table", "table"]


@pytest.mark.parametrize("kind", KINDS)
def test_channels_may_be_numbers_or_missing(tmp_path: Path, kind: str) -> None:
    table = pa.table({"time": [1, 2, 3], "payload": ["x"] * 3, "channel": [7, None, 8]})
    assert imported(tmp_path, table, kind)["channel"] == ["7", "table", "8"]


@pytest.mark.parametrize("kind", KINDS)
def test_options_name_columns_and_the_encoding(tmp_path: Path, kind: str) -> None:
    table = pa.table({"a": [5], "b": ["6162"], "c": ["x"], "time": [1], "payload": ["y"]})
    options = ImportOptions(
        time_column="a",
        payload_column="b",
        channel_column="c",
        payload_encoding="hex",
        protocol="fix",
    )
    columns = imported(tmp_path, table, kind, options)
    assert columns == {"recv_ns": [5 * 10**9], "channel": ["x"], "payload": [b"ab"]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"a": [1], "b": [2]}, "expected a column of times"),
        ({"ts": [1], "b": [2]}, "expected a column of payloads"),
        ({"ts": [[1]], "payload": ["x"]}, "column ts is list<"),
        ({"ts": [1], "payload": [5]}, "column payload is int64; expected text or binary"),
        ({"ts": [True], "payload": ["x"]}, "column ts is bool; expected a time"),
        ({"ts": [1], "payload": ["x"], "channel": [1.5]}, "expected text or integers"),
        ({"ts": [None, 1], "payload": ["x", "y"]}, "found nothing in row 1"),
        ({"ts": [1, -1], "payload": ["x", "y"]}, "found '-1' in row 2"),
        ({"ts": [1, 1], "payload": ["x", None]}, "expected a payload of at most 16 MiB"),
        ({"ts": [1, float("nan")], "payload": ["x", "y"]}, "found 'nan' in row 2"),
        ({"ts": [1, 2], "payload": ["x", "y" * (2**24 + 1)]}, "expected a payload of at most"),
    ],
)
def test_what_cannot_be_a_feed_is_refused(
    tmp_path: Path, kind: str, table: dict[str, Any], problem: str
) -> None:
    with pytest.raises(FeedError) as caught:
        imported(tmp_path, pa.table(table), kind)
    assert problem in caught.value.problem
    assert not (tmp_path / "a.feed").exists()


def test_bad_rows_are_set_aside(tmp_path: Path) -> None:
    rows = 300
    times = [None if number % 100 == 7 else number for number in range(rows)]
    table = pa.table({"ts": times, "payload": [str(number) for number in range(rows)]})
    pq.write_table(table, tmp_path / "source", row_group_size=64)
    told = import_recording(
        tmp_path / "source", tmp_path / "a.feed", quarantine=tmp_path / "bad.jsonl"
    )
    assert told.set_aside is not None
    assert (told.feed.messages, told.set_aside.messages) == (297, 3)
    assert "in row 208" in (tmp_path / "bad.jsonl").read_text()


@pytest.mark.parametrize(("magic", "name"), [(b"PAR1", "parquet"), (b"ARROW1", "arrow")])
def test_a_table_in_an_archive_is_to_be_unpacked_first(
    tmp_path: Path, magic: bytes, name: str
) -> None:
    (tmp_path / "source.gz").write_bytes(gzip.compress(magic + bytes(100)))
    with pytest.raises(FeedError, match="unpack it first"):
        import_feed(tmp_path / "source.gz", tmp_path / "a.feed")
    (tmp_path / "other").write_bytes(b"hello")
    with pytest.raises(FeedError, match=f"which begins with {magic.decode()}"):
        import_feed(tmp_path / "other", tmp_path / "a.feed", format_name=name)


@pytest.mark.parametrize("kept", [4, 8, 100, 0.5, 0.99])
def test_a_parquet_file_that_is_cut_off_is_refused(tmp_path: Path, kept: float) -> None:
    table = pa.table({"ts": list(range(1000)), "payload": [str(it) for it in range(1000)]})
    pq.write_table(table, tmp_path / "source")
    content = (tmp_path / "source").read_bytes()
    (tmp_path / "source").write_bytes(
        content[: int(kept * len(content)) if kept < 1 else int(kept)]
    )
    with pytest.raises(FeedError, match="is damaged"):
        import_feed(tmp_path / "source", tmp_path / "a.feed")


def write_one_value(path: Path, rows: int, size: int) -> None:
    """Writes a table whose payloads are all the same, and in the file but once."""
    values = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), pa.array([b"x" * size]))
    # Without Arrow's own schema, they are read as plain bytes.
    pq.write_table(pa.table({"ts": list(range(rows)), "payload": values}), path, store_schema=False)


def test_one_long_value_repeated_takes_no_memory_for_each_row(tmp_path: Path) -> None:
    rows, size = 2000, 2**17
    write_one_value(tmp_path / "source", rows, size)
    pool = pa.proxy_memory_pool(pa.default_memory_pool())
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pool)
    try:
        feed = import_feed(tmp_path / "source", tmp_path / "a.feed")
    finally:
        pa.set_memory_pool(usual)
    assert feed.messages == rows
    assert 0 < (pool.max_memory() or 0) < rows * size // 2


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    write_one_value(tmp_path / "source", rows=3000, size=2**17)
    with pytest.raises(FeedError, match="is taken for a decompression bomb"):
        import_feed(tmp_path / "source", tmp_path / "a.feed")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
