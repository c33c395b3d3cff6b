"""Feeds of other tools, rewritten so that they can be replayed."""

from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest

from latprobe.errors import FeedError
from latprobe.feed.expand import expand
from latprobe.feed.writer import FeedWriter
from tests.feeds import columns_of, leftovers, table_of, write_table

TIMES = [10**15 * 1000 + 1000 * number for number in range(250)]
PAYLOADS = [b"message %d" % number * (number % 4) for number in range(250)]
CHANNELS = [f"channel {number % 7}" for number in range(250)]
PLAIN = {"recv_ns": TIMES, "channel": CHANNELS, "payload": PAYLOADS}

TYPES: list[tuple[pa.DataType, pa.DataType, pa.DataType]] = [
    (pa.int64(), pa.string(), pa.binary()),
    (pa.uint64(), pa.large_string(), pa.string()),
    (pa.timestamp("us"), pa.string_view(), pa.binary_view()),
    (pa.timestamp("ns", "UTC"), pa.dictionary(pa.uint8(), pa.string()), pa.large_string()),
    (pa.int64(), pa.dictionary(pa.int64(), pa.large_string()), pa.string_view()),
]


def plain_table() -> pa.Table:
    return pa.table({**PLAIN, "payload": pa.array(PAYLOADS, pa.large_binary())})


@pytest.mark.parametrize("types", TYPES, ids=str)
def test_every_type_is_made_plain(
    tmp_path: Path, types: tuple[pa.DataType, pa.DataType, pa.DataType]
) -> None:
    times: pa.Array[Any] = pa.array(TIMES)
    if pa.types.is_timestamp(types[0]):
        times = times.cast(pa.timestamp("ns"))
    columns = {
        "recv_ns": times.cast(types[0]),
        "channel": pa.array(CHANNELS).cast(types[1]),
        "payload": pa.array(PAYLOADS).cast(types[2]),
    }
    write_table(tmp_path / "in", pa.table(columns))
    feed = expand(tmp_path / "in", tmp_path / "out")
    assert feed.mappable
    assert feed.messages == 250
    assert columns_of(tmp_path / "out") == PLAIN


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
@pytest.mark.parametrize("stream", [False, True])
def test_compressed_feeds_are_unpacked(
    tmp_path: Path, codec: Literal["lz4", "zstd"], stream: bool
) -> None:
    write_table(tmp_path / "in", plain_table(), codec=codec, stream=stream)
    assert expand(tmp_path / "in", tmp_path / "out").mappable
    assert columns_of(tmp_path / "out") == PLAIN


def test_payloads_of_a_fixed_size_are_made_plain(tmp_path: Path) -> None:
    payloads = pa.array([b"four", b"FOUR"], pa.binary(4))
    write_table(
        tmp_path / "in", pa.table({"recv_ns": [1, 2], "channel": ["a", "b"], "payload": payloads})
    )
    expand(tmp_path / "in", tmp_path / "out")
    assert columns_of(tmp_path / "out")["payload"] == [b"four", b"FOUR"]


def test_a_feed_of_latprobes_own_stays_the_same_to_the_byte(tmp_path: Path) -> None:
    with FeedWriter(tmp_path / "in", protocol="p", source="s", importer="i 1") as writer:
        for recv_ns, channel, payload in zip(TIMES, CHANNELS, PAYLOADS, strict=True):
            writer.append(recv_ns, channel, payload)
    expand(tmp_path / "in", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == (tmp_path / "in").read_bytes()


def test_notes_are_kept(tmp_path: Path) -> None:
    notes = {"latprobe.protocol": "fix", "latprobe.source": "synthetic fix"}
    write_table(tmp_path / "in", plain_table().replace_schema_metadata(notes))
    feed = expand(tmp_path / "in", tmp_path / "out")
    assert (feed.protocol, feed.source, feed.importer) == ("fix", "synthetic fix", "expand 1")
    assert len(feed.sha256) == 64


def test_payloads_that_are_not_those_of_the_stated_digest_are_refused(tmp_path: Path) -> None:
    table = plain_table().replace_schema_metadata({"latprobe.sha256": "0" * 64})
    write_table(tmp_path / "in", table)
    with pytest.raises(FeedError, match="do not have the SHA-256"):
        expand(tmp_path / "in", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("name", ["recv_ns", "channel", "payload"])
def test_a_missing_value_is_refused(tmp_path: Path, name: str) -> None:
    table = plain_table()
    index = table.column_names.index(name)
    values = [*table.column(name).to_pylist()[:-1], None]
    column = pa.array(values, table.schema.field(name).type)
    write_table(tmp_path / "in", table.set_column(index, name, column), stream=True)
    with pytest.raises(FeedError, match=f"a value of column `{name}` is missing"):
        expand(tmp_path / "in", tmp_path / "out")
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    "times", [pa.array([2**63], pa.uint64()), pa.array([2**60], pa.timestamp("s"))]
)
def test_a_time_that_does_not_fit_is_refused(tmp_path: Path, times: "pa.Array[Any]") -> None:
    table = pa.table({"recv_ns": times, "channel": ["c"], "payload": [b"x"]})
    write_table(tmp_path / "in", table)
    with pytest.raises(FeedError):
        expand(tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_feed_may_be_expanded_onto_itself(tmp_path: Path) -> None:
    write_table(tmp_path / "in", plain_table(), codec="zstd")
    assert expand(tmp_path / "in", tmp_path / "in").mappable
    assert table_of(tmp_path / "in").num_rows == 250
