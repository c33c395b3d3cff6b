"""Archives that unpack to far more than they are: refused in bounded memory, in every codec."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import zstandard

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_recording
from tests.archives import ARCHIVERS
from tests.feeds import REPOSITORY, leftovers

_MOST_BYTES: Final = 300 * 10**6
_MIB: Final = 2**20
_CONTENT_BYTES: Final = 272 * _MIB
_LONG_LINE: Final = b"1 {}" + b" " * 1019 + b"\n"
_CODECS: Final = sorted(ARCHIVERS)
_READ: Final = """
import sys
from latprobe.feed.importers.source import Source
with Source(sys.argv[1]) as source:
    for chunk in source.chunks():
        pass
"""
_IMPORT: Final = """
import sys
from latprobe.feed.importers.import_feed import import_recording
import_recording(sys.argv[1], sys.argv[2], format_name=sys.argv[3], quarantine=sys.argv[4])
"""
_TELL: Final = """
from latprobe.errors import FeedError
try:
    exec(sys.argv.pop(1))
except FeedError as error:
    print(error)
else:
    print("no error")
print(open('/proc/self/status').read())
"""


def _bomb(path: Path, codec: str, unit: bytes) -> None:
    """Members of 16 MiB each, one after the other."""
    member = ARCHIVERS[codec](unit * (16 * _MIB // len(unit)))
    path.write_bytes(member * (_CONTENT_BYTES // (16 * _MIB)))


def _told_in_bounded_memory(program: str, *words: str | Path) -> str:
    """What a fresh Python says of the error in which the program ends."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys\n" + _TELL, program, *words],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    peak = next(line for line in told.splitlines() if line.startswith("VmHWM:"))
    assert int(peak.split()[1]) * 1024 < _MOST_BYTES
    return told.splitlines()[0]


@pytest.mark.parametrize("codec", _CODECS)
def test_a_bomb_is_refused_by_how_far_it_expands(tmp_path: Path, codec: str) -> None:
    _bomb(tmp_path / "bomb", codec, b"\0")
    told = _told_in_bounded_memory(_READ, tmp_path / "bomb")
    if codec in ("lz4", "snappy"):
        # These unpack a byte to 255 and to 21 at most, which is no more than feeds may.
        assert told == "no error"
    else:
        assert "which is taken for a decompression bomb" in told
        assert "byte 26" in told


@pytest.mark.parametrize("codec", _CODECS)
@pytest.mark.parametrize("format_name", ["ndjson", "itch50", "fix"])
def test_a_bomb_of_zeros_is_refused_as_no_message(
    tmp_path: Path, codec: str, format_name: str
) -> None:
    _bomb(tmp_path / "bomb", codec, b"\0")
    with pytest.raises(FeedError, match=r"expected a line of at most|ITCH 5.0 does not have"):
        import_recording(tmp_path / "bomb", tmp_path / "a.feed", format_name=format_name)
    assert [path.name for path in tmp_path.iterdir()] == ["bomb"]


def test_the_largest_window_that_is_allowed_fits_the_memory(tmp_path: Path) -> None:
    window = zstandard.ZstdCompressionParameters.from_level(1, window_log=27)
    compressor = zstandard.ZstdCompressor(compression_params=window).compressobj()
    # Nothing repeats, so that all of the window is in use.
    with (tmp_path / "source").open("wb") as file:
        for _ in range(150):
            file.write(
                compressor.compress(b'1 {"x":"%b"}\n' % os.urandom(_MIB // 2).hex().encode())
            )
        file.write(compressor.flush())
    assert _told_in_bounded_memory(_READ, tmp_path / "source") == "no error"


@pytest.mark.parametrize(("format_name", "unit"), [("ndjson", _LONG_LINE), ("itch50", b"\0")])
def test_a_quarantine_is_not_filled_by_a_bomb(
    tmp_path: Path, format_name: str, unit: bytes
) -> None:
    _bomb(tmp_path / "bomb", "zstd", unit)
    files = [tmp_path / name for name in ("bomb", "a.feed")]
    told = _told_in_bounded_memory(_IMPORT, *files, format_name, tmp_path / "bad")
    assert "which is taken for a decompression bomb" in told
    assert [path.name for path in tmp_path.iterdir()] == ["bomb"]


def test_a_feed_that_compresses_very_well_is_no_bomb(tmp_path: Path) -> None:
    # The same few thousand lines again and again, over more than is measured at once.
    text = b'"text":"' + b"x" * 800 + b'"'
    line = b'1700000000000000000 {"stream":"a","price":"%07d",' + text + b"}\n"
    lines = b"".join(line % (number * 7919 % 10**7) for number in range(2500))
    compressor = zstandard.ZstdCompressor(level=3)
    times = 300 * _MIB // len(lines)
    archive = compressor.compress(lines) * times
    assert 50 < times * len(lines) / len(archive) < 400
    (tmp_path / "source").write_bytes(archive)
    found = import_recording(tmp_path / "source", tmp_path / "a.feed")
    assert found.feed.messages == times * 2500


def test_how_far_an_archive_may_expand_is_the_users_to_say(tmp_path: Path) -> None:
    _bomb(tmp_path / "source", "zstd", _LONG_LINE)
    with pytest.raises(FeedError, match="allow more by `feed import --max-expansion`"):
        import_recording(tmp_path / "source", tmp_path / "a.feed")
    found = import_recording(tmp_path / "source", tmp_path / "a.feed", expansion_limit=10**6)
    assert found.feed.messages == 272 * 1024
    assert leftovers(tmp_path) == []
