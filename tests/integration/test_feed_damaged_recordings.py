"""Real recordings, packed otherwise, cut and damaged: what is good of them comes in."""

import gzip
import random
from pathlib import Path

import pytest

from latprobe.feed.importers.import_feed import import_feed, import_recording
from tests.archives import ARCHIVERS
from tests.feeds import columns_of, recording

SPOT = "binance-spot-btcusdt-20240809.ndjson.gz"


@pytest.mark.parametrize("codec", sorted(ARCHIVERS))
def test_a_recording_is_the_same_out_of_every_archive(tmp_path: Path, codec: str) -> None:
    content = gzip.decompress(recording(SPOT).read_bytes())
    content = content[: content.index(b"\n", 2_000_000)]
    (tmp_path / "plain").write_bytes(content)
    whole = import_feed(tmp_path / "plain", tmp_path / "a.feed")
    (tmp_path / "source").write_bytes(ARCHIVERS[codec](content))
    other = import_feed(tmp_path / "source", tmp_path / "b.feed")
    assert (other.messages, other.sha256) == (whole.messages, whole.sha256)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_all_lines_before_the_cut_of_an_archive_are_kept(tmp_path: Path, kept: float) -> None:
    archive = recording(SPOT).read_bytes()
    lines = gzip.decompress(archive).splitlines()
    (tmp_path / "source").write_bytes(archive[: int(kept * len(archive))])
    found = import_recording(tmp_path / "source", tmp_path / "a.feed", quarantine=tmp_path / "bad")
    assert found.feed.messages > 0.8 * kept * len(lines)
    expected = [line.split(b" ", 1)[1] for line in lines[: found.feed.messages]]
    assert columns_of(tmp_path / "a.feed")["payload"] == expected
    assert found.set_aside is not None
    assert found.set_aside.lost is not None
    assert found.source_bytes == found.set_aside.lost.offset


@pytest.mark.parametrize("name", ["itch50-aapl-10k.bin", "itch50-synthetic-zero-prefix.bin"])
def test_damage_in_an_itch_recording_costs_the_messages_around_it(
    tmp_path: Path, name: str
) -> None:
    content = bytearray(recording(name).read_bytes())
    whole = import_feed(recording(name), tmp_path / "whole.feed").messages
    chance = random.Random(1)
    for _ in range(50):
        content[chance.randrange(1000, len(content))] ^= 1 << chance.randrange(8)
    (tmp_path / "source").write_bytes(content)
    found = import_recording(tmp_path / "source", tmp_path / "a.feed", quarantine=tmp_path / "bad")
    assert found.set_aside is not None
    assert 1 <= found.set_aside.messages <= 100
    assert whole - 100 <= found.feed.messages < whole
