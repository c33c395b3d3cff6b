"""Feeds read back in blocks, whatever the sizes of their batches."""

from pathlib import Path
from typing import Literal

import pyarrow as pa
import pytest

from latprobe.feed.blocks import read_blocks
from latprobe.feed.format import BATCH_MESSAGES, BATCH_PAYLOAD_BYTES
from latprobe.feed.reader import open_feed


def write_one_batch(
    path: Path, payloads: list[bytes], codec: Literal["lz4", "zstd"] | None = None
) -> None:
    """A file as a table tool writes it: everything in one batch."""
    count = len(payloads)
    batch = pa.record_batch(
        {
            "recv_ns": pa.array(range(count), pa.int64()),
            "channel": [f"channel {number % 3}" for number in range(count)],
            "payload": pa.array(payloads, pa.large_binary()),
        }
    )
    options = pa.ipc.IpcWriteOptions(compression=codec)
    with pa.ipc.new_file(str(path), batch.schema, options=options) as writer:
        writer.write_batch(batch)


@pytest.mark.parametrize("codec", [None, "lz4"])
@pytest.mark.parametrize(
    ("payloads", "sizes"),
    [
        ([b"%d" % number for number in range(BATCH_MESSAGES + 9)], [BATCH_MESSAGES, 9]),
        ([bytes([number]) * (BATCH_PAYLOAD_BYTES // 2) for number in range(5)], [2, 2, 1]),
        ([b"a", bytes(BATCH_PAYLOAD_BYTES + 1), b"b"], [1, 1, 1]),
        ([b""] * 5, [5]),
    ],
    ids=["many", "large", "too large", "empty"],
)
def test_a_batch_of_any_size_is_read_in_bounded_blocks(
    tmp_path: Path,
    payloads: list[bytes],
    sizes: list[int],
    codec: Literal["lz4", "zstd"] | None,
) -> None:
    write_one_batch(tmp_path / "a.feed", payloads, codec)
    feed = open_feed(tmp_path / "a.feed")
    assert feed.mappable == (codec is None)
    blocks = [block.messages() for block in read_blocks(feed)]
    assert [len(block) for block in blocks] == sizes
    assert [it for block in blocks for it in block.payloads] == payloads
    assert [it for block in blocks for it in block.recv_ns] == list(range(len(payloads)))
    channels = [it for block in blocks for it in block.channels]
    assert channels == [f"channel {number % 3}" for number in range(len(payloads))]
