"""Importing: formats told by content, what a feed says of its recording, and progress."""

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.source import HEAD_BYTES, Source
from tests.feeds import (
    HEARTBEAT,
    SYSTEM_EVENT,
    TRADE,
    columns_of,
    leftovers,
    length_prefixed,
    write_table,
    zero_prefixed,
)

LINES = b"".join(b"%d %b\n" % (1_723_161_255 + number, TRADE) for number in range(3000))


@pytest.mark.parametrize(
    ("content", "protocol"),
    [
        (b"1 {}\n", "json"),
        (b"\n\n {}\n", "json"),
        (b"\xef\xbb\xbf[1]\n", "json"),
        (b"1723161255.5 [1]", "json"),
        (length_prefixed(SYSTEM_EVENT), "itch50"),
        (zero_prefixed(SYSTEM_EVENT, SYSTEM_EVENT), "itch50"),
        (HEARTBEAT, "fix"),
        (b"\r\n" + HEARTBEAT.replace(b"8=FIX.4.4", b"1128=9"), "fix"),
        (gzip.compress(HEARTBEAT, mtime=0), "fix"),
    ],
)
def test_formats_are_told_by_their_content(tmp_path: Path, content: bytes, protocol: str) -> None:
    (tmp_path / "source").write_bytes(content)
    assert import_feed(tmp_path / "source", tmp_path / "a.feed").protocol == protocol


@pytest.mark.parametrize("content", [b"", b"\n\n", b"hello\n", bytes(100), b"1\n"])
def test_a_recording_of_no_known_format_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "source").write_bytes(content)
    with pytest.raises(FeedError, match=r"expected a recording that is one of .*ndjson, .*fix, "):
        import_feed(tmp_path / "source", tmp_path / "a.feed")
    assert leftovers(tmp_path) == []


def test_a_recording_without_messages_makes_no_feed(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"\n \n")
    with pytest.raises(FeedError, match="the recording has none"):
        import_feed(tmp_path / "source", tmp_path / "a.feed", format_name="ndjson")
    assert not (tmp_path / "a.feed").exists()


def test_an_unknown_format_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"1 {}\n")
    with pytest.raises(FeedError, match=r"there are .*ndjson, .*fix, "):
        import_feed(tmp_path / "source", tmp_path / "a.feed", format_name="papyrus")


def test_a_feed_names_its_recording_and_its_importer_but_no_folder(tmp_path: Path) -> None:
    (tmp_path / "source.ndjson").write_bytes(b"1 {}\n")
    feed = import_feed(tmp_path / "source.ndjson", tmp_path / "a.feed")
    assert (feed.source, feed.importer) == ("imported from source.ndjson", "ndjson 1")
    assert str(tmp_path).encode() not in (tmp_path / "a.feed").read_bytes()


def test_importing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(LINES)
    for name in ("a.feed", "b.feed"):
        import_feed(tmp_path / "source", tmp_path / name)
    assert (tmp_path / "a.feed").read_bytes() == (tmp_path / "b.feed").read_bytes()


def test_an_arrow_stream_is_rewritten_as_a_feed(tmp_path: Path) -> None:
    table = pa.table({"recv_ns": [1, 2], "channel": ["a", "b"], "payload": [b"x", b"y"]})
    write_table(tmp_path / "source", table, stream=True)
    feed = import_feed(tmp_path / "source", tmp_path / "a.feed")
    assert feed.mappable
    assert columns_of(tmp_path / "a.feed") == table.to_pydict()


def test_progress_ends_with_the_whole_file_read(tmp_path: Path) -> None:
    lines = b"".join(b"%d %b\n" % (1_723_161_255 + number, TRADE) for number in range(30_000))
    (tmp_path / "source").write_bytes(lines)
    seen: list[tuple[int, int]] = []
    import_feed(
        tmp_path / "source",
        tmp_path / "a.feed",
        progress=lambda done, total: seen.append((done, total)),
    )
    size = len(lines)
    assert seen[-1] == (size, size)
    assert seen == sorted(seen)
    assert len(seen) > 1


def test_the_head_of_a_source_is_still_part_of_its_chunks(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(gzip.compress(LINES))
    with Source(tmp_path / "source") as source:
        assert source.head() == LINES[:HEAD_BYTES]
        assert b"".join(source.chunks()) == LINES
