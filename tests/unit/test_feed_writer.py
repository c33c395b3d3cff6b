"""What is written to a feed, and what is left when writing fails."""

import hashlib
import os
import stat
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from latprobe.errors import FeedError
from latprobe.feed.format import BATCH_MESSAGES, BATCH_PAYLOAD_BYTES, CHANNEL_LIMIT_BYTES
from latprobe.feed.messages import Block, Messages, PlainChannels
from latprobe.feed.writer import FeedWriter
from tests.feeds import columns_of, leftovers, table_of


def writer_to(path: Path) -> FeedWriter:
    return FeedWriter(path, protocol="json", source="made in a test", importer="test 1")


def batch_sizes(path: Path) -> list[int]:
    reader = pa.ipc.open_file(str(path))
    return [len(reader.get_batch(number)) for number in range(reader.num_record_batches)]


def test_any_arrow_tool_reads_back_what_was_written(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    with writer_to(out) as writer:
        writer.append(17, "trades", b"one")
        writer.extend(Messages([18, -5], ["book", "trades"], [b"", b"three\x00"]))
    assert columns_of(out) == {
        "recv_ns": [17, 18, -5],
        "channel": ["trades", "book", "trades"],
        "payload": [b"one", b"", b"three\x00"],
    }


def test_a_feed_has_the_columns_and_notes_of_the_format(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    with writer_to(out) as writer:
        writer.append(1, "trades", b"payload")
    schema = table_of(out).schema
    assert schema.field("recv_ns").type == pa.int64()
    assert schema.field("channel").type == pa.dictionary(pa.int32(), pa.string())
    assert schema.field("payload").type == pa.large_binary()
    assert schema.metadata == {
        b"latprobe.protocol": b"json",
        b"latprobe.source": b"made in a test",
        b"latprobe.importer": b"test 1",
        b"latprobe.sha256": hashlib.sha256(b"payload").hexdigest().encode(),
    }


def test_the_digest_is_the_same_at_the_start_of_the_file_and_in_its_footer(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    with writer_to(out) as writer:
        writer.append(1, "trades", b"payload")
    assert out.read_bytes().count(hashlib.sha256(b"payload").hexdigest().encode()) == 2


def test_a_feed_without_messages_is_readable(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    with writer_to(out):
        pass
    assert columns_of(out) == {"recv_ns": [], "channel": [], "payload": []}


def test_batches_are_bounded_by_messages(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    count = BATCH_MESSAGES + 1
    with writer_to(out) as writer:
        writer.extend(Messages(range(count), ["c"] * count, [b"x"] * count))
    assert batch_sizes(out) == [BATCH_MESSAGES, 1]


def test_batches_are_bounded_by_payload_bytes(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    third = bytes(BATCH_PAYLOAD_BYTES // 3)
    with writer_to(out) as writer:
        for number in range(7):
            writer.append(number, "c", third)
    assert batch_sizes(out) == [3, 3, 1]


def test_a_message_larger_than_a_batch_has_one_for_itself(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    with writer_to(out) as writer:
        for payload in (b"a", bytes(BATCH_PAYLOAD_BYTES + 1), b"b"):
            writer.append(0, "c", payload)
    assert batch_sizes(out) == [1, 1, 1]


def test_a_channel_that_appears_late_leaves_one_whole_dictionary(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    channels = [f"channel {number}" for number in range(20)]
    with writer_to(out) as writer:
        for channel in channels:
            writer.append(1, channel, bytes(BATCH_PAYLOAD_BYTES))
    with pa.ipc.open_file(str(out)) as reader:
        names = [reader.get_batch(number).column(1)[0].as_py() for number in range(20)]
        stats = reader.stats
    assert names == channels
    assert (stats.num_dictionary_deltas, stats.num_replaced_dictionaries) == (0, 0)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_behind_when_writing_fails(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    out = tmp_path / "a.feed"

    def fail() -> None:
        with writer_to(out) as writer:
            writer.append(1, "c", b"x")
            raise failure

    with pytest.raises(failure):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_feed_that_is_there_stays_when_its_replacement_fails(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    with writer_to(out) as writer:
        writer.append(1, "c", b"old")

    with pytest.raises(FeedError, match="64 bits"), writer_to(out) as writer:
        writer.append(2**63, "c", b"new")
    assert columns_of(out)["payload"] == [b"old"]
    assert leftovers(tmp_path) == []


def test_a_feed_replaces_the_one_that_was_there(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    for payload in (b"old", b"new"):
        with writer_to(out) as writer:
            writer.append(1, "c", payload)
    assert columns_of(out)["payload"] == [b"new"]


def test_a_feed_may_be_read_by_whom_the_users_mask_allows(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    mask = os.umask(0o027)
    try:
        with writer_to(out):
            pass
    finally:
        os.umask(mask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o640


def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="not a regular file"), writer_to(tmp_path):
        pass


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    out = tmp_path / "missing" / "a.feed"
    with pytest.raises(FeedError, match=r"missing/a\.feed: cannot be written"), writer_to(out):
        pass


def test_a_channel_with_too_long_a_name_is_refused(tmp_path: Path) -> None:
    name = "é" * (CHANNEL_LIMIT_BYTES // 2)
    with writer_to(tmp_path / "fits.feed") as writer:
        writer.append(0, name, b"")
    with (
        pytest.raises(FeedError, match="longer than 1024 bytes"),
        writer_to(tmp_path / "a.feed") as writer,
    ):
        writer.append(0, name + "x", b"")


def block_of(payloads: list[bytes], names: tuple[str, ...], indices: list[int]) -> Block:
    return Block(
        np.arange(len(payloads), dtype=np.int64),
        PlainChannels(np.array(indices, np.int32), names),
        np.cumsum([0, *map(len, payloads)], dtype=np.int64),
        memoryview(b"".join(payloads)),
    )


def test_blocks_and_messages_stand_in_the_order_in_which_they_were_added(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    with writer_to(out) as writer:
        writer.append(7, "b", b"first")
        writer.extend(block_of([b"second", b""], ("unused", "a", "b"), [2, 1]))
        writer.append(9, "c", b"last")
    assert columns_of(out) == {
        "recv_ns": [7, 0, 1, 9],
        "channel": ["b", "b", "a", "c"],
        "payload": [b"first", b"second", b"", b"last"],
    }
    channels = table_of(out).column("channel").chunk(0)
    assert isinstance(channels, pa.DictionaryArray)
    assert channels.dictionary.to_pylist() == ["b", "a", "c"]


@pytest.mark.parametrize("at_once", [1_000, BATCH_MESSAGES, 3 * BATCH_MESSAGES + 5])
def test_a_feed_is_the_same_however_its_messages_were_added(tmp_path: Path, at_once: int) -> None:
    payloads = [b"%d" % number for number in range(3 * BATCH_MESSAGES + 5)]
    with writer_to(tmp_path / "rows.feed") as writer:
        for number, payload in enumerate(payloads):
            writer.append(number, "a", payload)
    whole = block_of(payloads, ("a",), [0] * len(payloads))
    with writer_to(tmp_path / "blocks.feed") as writer:
        for start in range(0, len(payloads), at_once):
            writer.extend(whole.part(start, min(start + at_once, len(payloads))))
    assert (tmp_path / "rows.feed").read_bytes() == (tmp_path / "blocks.feed").read_bytes()
