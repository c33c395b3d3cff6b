"""What opening a feed finds, in latprobe's own files and in those of other tools."""

import struct
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pytest

from latprobe.errors import FeedError
from latprobe.feed.format import BATCH_MESSAGES
from latprobe.feed.messages import Messages
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.writer import FeedWriter
from tests.feeds import write_table

PAYLOADS = [b"message %d" % number * (number % 4) for number in range(250)]
TIMES = [10**18 + 7 * number for number in range(250)]
CHANNELS = ["even" if number % 2 == 0 else "odd" for number in range(250)]


def columns(
    *,
    times: pa.DataType | None = None,
    channels: pa.DataType | None = None,
    payloads: pa.DataType | None = None,
) -> pa.Table:
    return pa.table(
        {
            "recv_ns": pa.array(TIMES, pa.int64()).cast(times or pa.int64()),
            "channel": pa.array(CHANNELS).cast(channels or pa.dictionary(pa.int32(), pa.string())),
            "payload": pa.array(PAYLOADS, pa.large_binary()).cast(payloads or pa.large_binary()),
        }
    )


def messages_at(feed: Feed) -> list[tuple[int, bytes]]:
    """Reads the messages with nothing but the file's bytes and the layouts."""
    content = feed.path.read_bytes()
    messages = []
    for batch in feed.batches:
        count = batch.messages
        times = struct.unpack_from(f"<{count}q", content, batch.recv_ns_offset)
        offsets = struct.unpack_from(f"<{count + 1}q", content, batch.payload_offsets_offset)
        stop = batch.payload_offset + batch.payload_size
        payload = content[batch.payload_offset : stop]
        for index, recv_ns in enumerate(times):
            messages.append((recv_ns, payload[offsets[index] : offsets[index + 1]]))
    return messages


def test_layouts_lead_to_every_message_in_the_files_bytes(tmp_path: Path) -> None:
    count = BATCH_MESSAGES + 100
    payloads = [b"%d" % number for number in range(count)]
    with FeedWriter(tmp_path / "a.feed", protocol="p", source="s", importer="i 1") as writer:
        writer.extend(Messages(range(count), ["c"] * count, payloads))
    feed = open_feed(tmp_path / "a.feed")
    assert [batch.messages for batch in feed.batches] == [BATCH_MESSAGES, 100]
    assert messages_at(feed) == list(enumerate(payloads))


def test_times_lie_where_the_processor_can_load_them(tmp_path: Path) -> None:
    feed = open_feed(write_table(tmp_path / "a.feed", columns()))
    positions = [(it.recv_ns_offset, it.payload_offsets_offset) for it in feed.batches]
    assert len(positions) == 3
    assert all(time % 8 == 0 and offset % 8 == 0 for time, offset in positions)


def test_notes_are_read_back(tmp_path: Path) -> None:
    with FeedWriter(
        tmp_path / "a.feed", protocol="fix", source="synthetic fix", importer="i 3"
    ) as writer:
        writer.append(0, "c", b"x")
        digest_of_nothing = writer.sha256
    feed = open_feed(tmp_path / "a.feed")
    assert (feed.protocol, feed.source, feed.importer) == ("fix", "synthetic fix", "i 3")
    assert feed.synthetic
    assert feed.messages == 1
    assert len(feed.sha256) == 64
    assert feed.sha256 != digest_of_nothing


def test_a_file_of_another_tool_needs_no_notes(tmp_path: Path) -> None:
    feed = open_feed(write_table(tmp_path / "a.feed", columns()))
    assert (feed.protocol, feed.source, feed.importer, feed.sha256) == ("", "", "", "")
    assert not feed.synthetic
    assert messages_at(feed) == list(zip(TIMES, PAYLOADS, strict=True))


@pytest.mark.parametrize(
    "table",
    [
        columns(payloads=pa.large_string()),
        columns(times=pa.timestamp("ns")),
        columns(times=pa.timestamp("ns", "UTC")),
        columns(channels=pa.string()),
        columns(channels=pa.dictionary(pa.int8(), pa.large_string())),
        columns().append_column("extra", pa.array(range(250))),
        columns().select(["payload", "recv_ns", "channel"]),
    ],
    ids=[
        "large_string",
        "timestamp",
        "timestamp with zone",
        "string channel",
        "int8",
        "extra",
        "order",
    ],
)
def test_columns_of_the_same_bytes_are_replayed_as_they_lie(
    tmp_path: Path, table: pa.Table
) -> None:
    feed = open_feed(write_table(tmp_path / "a.feed", table))
    assert feed.mappable
    assert messages_at(feed) == list(zip(TIMES, PAYLOADS, strict=True))


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (columns(payloads=pa.binary()), "`payload` is binary"),
        (columns(payloads=pa.string()), "`payload` is string"),
        (columns(payloads=pa.binary_view()), "`payload` is binary_view"),
        (columns(times=pa.uint64()), "`recv_ns` is uint64"),
    ],
)
def test_columns_of_other_bytes_are_said_to_need_rewriting(
    tmp_path: Path, table: pa.Table, named: str
) -> None:
    feed = open_feed(write_table(tmp_path / "a.feed", table))
    assert not feed.mappable
    assert named in feed.obstacle
    assert (feed.messages, feed.batches) == (250, ())


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
def test_a_compressed_feed_is_said_to_need_rewriting(
    tmp_path: Path, codec: Literal["lz4", "zstd"]
) -> None:
    feed = open_feed(write_table(tmp_path / "a.feed", columns(), codec=codec))
    assert "compressed" in feed.obstacle
    assert feed.messages == 250


def test_a_stream_is_said_to_need_rewriting(tmp_path: Path) -> None:
    feed = open_feed(write_table(tmp_path / "a.feed", columns(), stream=True))
    assert "stream" in feed.obstacle
    assert feed.messages == 250


def test_offsets_that_do_not_start_at_zero_are_followed(tmp_path: Path) -> None:
    data = pa.py_buffer(b"beforeonetwo")
    offsets = pa.py_buffer(struct.pack("<3q", 6, 9, 12))
    table = pa.table(
        {
            "recv_ns": pa.array([1, 2], pa.int64()),
            "channel": ["c", "c"],
            "payload": pa.Array.from_buffers(pa.large_binary(), 2, [None, offsets, data]),
        }
    )
    feed = open_feed(write_table(tmp_path / "a.feed", table))
    assert messages_at(feed) == [(1, b"one"), (2, b"two")]


@pytest.mark.parametrize("offsets", [(0, 6, 3, 9), (0, 3, 6, 10), (-1, 3, 6, 9)])
def test_offsets_that_fall_or_leave_the_payload_are_refused(
    tmp_path: Path, offsets: tuple[int, ...]
) -> None:
    with FeedWriter(tmp_path / "a.feed", protocol="p", source="s", importer="i 1") as writer:
        writer.extend(Messages([1, 2, 3], ["c"] * 3, [b"one", b"two", b"six"]))
    content = (tmp_path / "a.feed").read_bytes()
    damaged = content.replace(struct.pack("<4q", 0, 3, 6, 9), struct.pack("<4q", *offsets))
    (tmp_path / "a.feed").write_bytes(damaged)
    with pytest.raises(FeedError, match="payload offset") as caught:
        open_feed(tmp_path / "a.feed")
    wrong = next(n for n, (a, b) in enumerate(zip(offsets, (0, 3, 6, 9), strict=True)) if a != b)
    reported = wrong if offsets[wrong] not in (6, 10) or wrong == 3 else wrong + 1
    position = damaged.index(struct.pack("<4q", *offsets))
    assert caught.value.offset == position + 8 * reported


@pytest.mark.parametrize("name", ["recv_ns", "channel", "payload"])
def test_a_missing_column_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(FeedError, match=f"expected one column `{name}`"):
        open_feed(write_table(tmp_path / "a.feed", columns().drop_columns([name])))


@pytest.mark.parametrize("name", ["recv_ns", "channel", "payload"])
def test_a_column_of_a_type_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    index = columns().column_names.index(name)
    table = columns().set_column(index, name, pa.array([0.5] * 250))
    with pytest.raises(FeedError, match=f"column `{name}` is double; expected"):
        open_feed(write_table(tmp_path / "a.feed", table))


@pytest.mark.parametrize("name", ["recv_ns", "channel", "payload"])
def test_a_missing_value_is_refused(tmp_path: Path, name: str) -> None:
    index = columns().column_names.index(name)
    values = columns().column(name).to_pylist()
    column = pa.array([None, *values[1:]], columns().schema.field(name).type)
    path = write_table(tmp_path / "a.feed", columns().set_column(index, name, column))
    with pytest.raises(FeedError, match="missing"):
        open_feed(path)


def test_batches_without_messages_are_passed_over(tmp_path: Path) -> None:
    batch = columns().combine_chunks().to_batches()[0]
    with pa.ipc.new_file(str(tmp_path / "a.feed"), batch.schema) as writer:
        for part in (batch.slice(0, 10), batch.slice(10, 0), batch.slice(10, 10)):
            writer.write_batch(part)
    feed = open_feed(tmp_path / "a.feed")
    assert [batch.messages for batch in feed.batches] == [10, 10]


def test_a_feed_that_ends_early_says_where(tmp_path: Path) -> None:
    path = write_table(tmp_path / "a.feed", columns())
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(FeedError, match="ends early") as caught:
        open_feed(path)
    assert caught.value.offset == 1000


@pytest.mark.parametrize("content", [b"", b"{}", b"ARROW", b"PAR1 is another format PAR1"])
def test_what_is_no_feed_is_told_how_to_become_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(FeedError, match="latprobe feed import"):
        open_feed(tmp_path / "a")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"none\.feed: cannot be read: No such file"):
        open_feed(tmp_path / "none.feed")


def test_a_folder_is_not_taken_for_a_feed(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="expected a regular file"):
        open_feed(tmp_path)
