"""Archives of recordings: every codec, several members, what follows, and what is wrong in them."""

import lzma
import os
import zlib
from pathlib import Path

import pytest
import zstandard

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.importers.imported import Imported
from latprobe.feed.importers.source import Source
from tests.archives import ARCHIVERS, SKIPPABLE_FRAME
from tests.feeds import TRADE, columns_of

LINES = b"".join(b"%d %b\n" % (1_723_161_255 + number, TRADE) for number in range(3000))
HALF = LINES.index(b"\n", len(LINES) // 2) + 1
CODECS = sorted(ARCHIVERS)


def imported(folder: Path, content: bytes, quarantine: str | None = None) -> Imported:
    (folder / "source").write_bytes(content)
    aside = folder / quarantine if quarantine else None
    return import_recording(folder / "source", folder / "a.feed", quarantine=aside)


def refused(folder: Path, content: bytes) -> FeedError:
    (folder / "source").write_bytes(content)
    with pytest.raises(FeedError) as caught:
        import_recording(folder / "source", folder / "a.feed", format_name="ndjson")
    assert [path.name for path in folder.iterdir()] == ["source"]
    return caught.value


@pytest.mark.parametrize("codec", CODECS)
def test_an_archive_is_read_as_it_is(tmp_path: Path, codec: str) -> None:
    found = imported(tmp_path, ARCHIVERS[codec](LINES))
    assert columns_of(tmp_path / "a.feed")["payload"] == [TRADE] * 3000
    assert found.source_bytes == len(LINES)


@pytest.mark.parametrize("codec", CODECS)
def test_members_that_follow_each_other_are_read_as_one(tmp_path: Path, codec: str) -> None:
    archive = ARCHIVERS[codec]
    parts = [LINES[:99], b"", LINES[99:HALF], LINES[HALF:]]
    assert imported(tmp_path, b"".join(map(archive, parts))).feed.messages == 3000


@pytest.mark.parametrize("codec", CODECS)
def test_a_thousand_small_members_are_read_as_one(tmp_path: Path, codec: str) -> None:
    archive = ARCHIVERS[codec]
    lines = LINES.splitlines(keepends=True)[:1000]
    assert imported(tmp_path, b"".join(map(archive, lines))).feed.messages == 1000


@pytest.mark.parametrize("codec", ["zstd", "lz4"])
def test_frames_to_be_skipped_may_be_anywhere(tmp_path: Path, codec: str) -> None:
    skipped, archive = SKIPPABLE_FRAME, ARCHIVERS[codec]
    content = skipped + skipped + archive(LINES[:HALF]) + skipped + archive(LINES[HALF:]) + skipped
    assert imported(tmp_path, content).feed.messages == 3000


@pytest.mark.parametrize(
    ("codec", "padding"), [("gzip", 1), ("gzip", 512), ("gzip", 200_000), ("xz", 4), ("xz", 65_536)]
)
def test_padding_that_a_format_allows_is_no_damage(
    tmp_path: Path, codec: str, padding: int
) -> None:
    archive = ARCHIVERS[codec]
    content = archive(LINES[:HALF]) + bytes(padding) + archive(LINES[HALF:]) + bytes(padding)
    found = imported(tmp_path, content)
    assert (found.feed.messages, found.ignored_bytes) == (3000, 0)


def test_padding_of_a_length_that_xz_does_not_allow_is_damage(tmp_path: Path) -> None:
    assert "padding of 3 bytes" in refused(tmp_path, lzma.compress(LINES) + bytes(3)).problem


@pytest.mark.parametrize("codec", ["gzip", "bzip2", "lz4"])
def test_what_follows_is_passed_over_and_counted_where_the_formats_tool_does_so(
    tmp_path: Path, codec: str
) -> None:
    found = imported(tmp_path, ARCHIVERS[codec](LINES) + b"garbage!" * 20_000)
    assert (found.feed.messages, found.ignored_bytes) == (3000, 160_000)


@pytest.mark.parametrize("codec", ["zstd", "xz", "snappy"])
def test_what_follows_is_damage_where_the_formats_tool_says_so(tmp_path: Path, codec: str) -> None:
    error = refused(tmp_path, ARCHIVERS[codec](LINES) + b"\x7fgarbage, and more than any magic")
    assert f"the {codec} archive ends early or is damaged" in error.problem
    assert error.offset == len(LINES)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("kept", [0.3, 0.999])
def test_an_archive_that_is_cut_off_is_refused(tmp_path: Path, codec: str, kept: float) -> None:
    content = ARCHIVERS[codec](LINES)
    error = refused(tmp_path, content[: int(len(content) * kept)])
    assert "archive ends early or is damaged, at the file's end" in error.problem
    assert error.offset is not None
    assert error.offset <= len(LINES)


@pytest.mark.parametrize("codec", CODECS)
def test_what_was_read_before_a_cut_is_kept_with_a_quarantine(tmp_path: Path, codec: str) -> None:
    archive = ARCHIVERS[codec]
    content = archive(LINES[:HALF]) + archive(LINES[HALF:])[:-3]
    found = imported(tmp_path, content, quarantine="bad")
    assert found.feed.messages >= LINES[:HALF].count(b"\n")
    assert columns_of(tmp_path / "a.feed")["payload"] == [TRADE] * found.feed.messages
    assert found.set_aside is not None
    assert found.set_aside.lost is not None
    assert found.set_aside.lost.file_bytes == 0
    assert found.set_aside.messages <= 1, "the line at which the content ends"


def test_what_is_lost_of_a_damaged_archive_is_counted(tmp_path: Path) -> None:
    good, more = zstandard.compress(LINES), os.urandom(300_000)
    found = imported(tmp_path, good + b"\0" * 10 + more, quarantine="bad")
    assert found.feed.messages == 3000
    assert found.set_aside is not None
    lost = found.set_aside.lost
    assert lost is not None
    assert (lost.offset, found.set_aside.messages) == (len(LINES), 0)
    assert 200_000 < lost.file_bytes < 300_010


@pytest.mark.parametrize("codec", CODECS)
def test_an_archive_without_content_is_an_empty_recording(tmp_path: Path, codec: str) -> None:
    (tmp_path / "source").write_bytes(ARCHIVERS[codec](b""))
    with pytest.raises(FeedError, match="this one is empty"):
        import_recording(tmp_path / "source", tmp_path / "a.feed")


@pytest.mark.parametrize("outer", CODECS)
def test_an_archive_in_an_archive_is_refused(tmp_path: Path, outer: str) -> None:
    (tmp_path / "source").write_bytes(ARCHIVERS[outer](ARCHIVERS["gzip"](LINES)))
    with pytest.raises(FeedError, match=f"a gzip archive in a {outer} archive: unpack one first"):
        import_recording(tmp_path / "source", tmp_path / "a.feed")


@pytest.mark.parametrize("magic", [b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"\x02\x21\x4c\x18"])
def test_archives_of_other_kinds_are_called_by_their_name(tmp_path: Path, magic: bytes) -> None:
    (tmp_path / "source").write_bytes(magic + bytes(100))
    with pytest.raises(FeedError, match=r"archive.*: unpack it first"):
        import_recording(tmp_path / "source", tmp_path / "a.feed")


def test_a_zstd_frame_that_wants_two_gibibytes_of_window_is_refused(tmp_path: Path) -> None:
    # A frame header without a content size, whose window descriptor has the exponent 31.
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([(31 - 10) << 3]) + b"\x01\x00\x00"
    assert "requires too much memory" in refused(tmp_path, frame).problem


def test_an_xz_stream_that_wants_four_gibibytes_of_dictionary_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 2**20}]
    stream = bytearray(lzma.compress(LINES, filters=filters))
    # The block header follows the stream header of 12 bytes: its size, flags, filter, size of
    # properties, and the dictionary size, 40 being 4 GiB - 1; then padding and its CRC32.
    size = (stream[12] + 1) * 4
    assert stream[14:16] == b"\x21\x01"
    stream[16] = 40
    header = bytes(stream[12 : 12 + size - 4])
    stream[12 + size - 4 : 12 + size] = zlib.crc32(header).to_bytes(4, "little")
    assert "Memory usage limit exceeded" in refused(tmp_path, bytes(stream)).problem


def test_a_snappy_chunk_that_claims_more_than_one_may_have_is_refused(tmp_path: Path) -> None:
    content = ARCHIVERS["snappy"](LINES) + b"\x00\xff\xff\xff" + bytes(100)
    assert "a chunk has 16,777,215 bytes" in refused(tmp_path, content).problem


def test_a_snappy_chunk_that_is_to_be_skipped_is_skipped(tmp_path: Path) -> None:
    archive = ARCHIVERS["snappy"]
    skipped = b"\xfe" + (300_000).to_bytes(3, "little") + bytes(300_000)
    content = archive(LINES[:HALF]) + skipped + archive(LINES[HALF:]) + skipped
    assert imported(tmp_path, content).feed.messages == 3000
    (tmp_path / "a.feed").unlink()
    assert "it ends early" in refused(tmp_path, content[:-1]).problem


def test_a_snappy_checksum_that_is_wrong_is_damage(tmp_path: Path) -> None:
    content = bytearray(ARCHIVERS["snappy"](LINES))
    content[14] ^= 1
    assert "bad checksum" in refused(tmp_path, bytes(content)).problem


@pytest.mark.parametrize("codec", CODECS)
def test_every_piece_of_an_archive_is_small(tmp_path: Path, codec: str) -> None:
    (tmp_path / "source").write_bytes(ARCHIVERS[codec](bytes(64 * 2**20)))
    with Source(tmp_path / "source", expansion_limit=10**9) as source:
        sizes = [len(chunk) for chunk in source.chunks()]
    assert sum(sizes) == 64 * 2**20
    assert max(sizes) <= 2**20
