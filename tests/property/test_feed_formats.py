"""Formats of recordings, in any pieces and with any damage."""

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from latprobe.errors import FeedError
from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.info import feed_info
from tests.damage import Damage, damaged, damages
from tests.importing import Read, cut, read
from tests.made_recordings import recordings

RECORDINGS = list(recordings())
WITH_SEEKS = {"parquet", "arrow"}
STREAMED = [it for it in RECORDINGS if it[0] not in WITH_SEEKS]
BY_NAME = {importer.name: importer for importer in IMPORTERS}
OPTIONS = {
    "fix": ImportOptions(check=True),
    "msgpack": ImportOptions(time_key="data.E"),
    "protobuf": ImportOptions(time_field="1"),
    "capture-log": ImportOptions(http=True),
}


def outcome(name: str, pieces: list[bytes], *, quarantined: bool) -> Read | tuple[int | None, str]:
    """What was read, or the place and the beginning of the error."""
    options = OPTIONS.get(name)
    try:
        return read(BY_NAME[name], pieces, options, quarantined=quarantined)
    except FeedError as error:
        return error.offset, error.problem.partition("; found")[0]


@pytest.mark.parametrize(("name", "content"), RECORDINGS)
def test_a_sound_recording_is_recognised_and_read_whole(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / "source").write_bytes(content)
    imported = import_recording(tmp_path / "source", tmp_path / "a.feed")
    assert imported.feed.importer.split()[0] == name
    assert imported.feed.messages == 12


@given(
    st.sampled_from(STREAMED),
    st.lists(st.integers(1, 400), min_size=1, max_size=4),
    st.one_of(st.just([]), damages),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_any_pieces_of_a_recording_give_the_same(
    recording: tuple[str, bytes], sizes: list[int], how: list[Damage], quarantined: bool
) -> None:
    name, content = recording
    content = damaged(content, how)
    whole = outcome(name, [content], quarantined=quarantined)
    assert outcome(name, cut(content, sizes), quarantined=quarantined) == whole


@given(st.sampled_from(RECORDINGS), damages, st.booleans(), st.booleans())
@settings(max_examples=500, deadline=None)
def test_damaged_recordings_are_imported_or_refused_with_a_place(
    recording: tuple[str, bytes], how: list[Damage], named: bool, quarantined: bool
) -> None:
    name, content = recording
    with tempfile.TemporaryDirectory(prefix="latprobe-test-") as scratch:
        folder = Path(scratch)
        (folder / "source").write_bytes(damaged(content, how))
        problem = None
        try:
            import_recording(
                folder / "source",
                folder / "out.feed",
                format_name=name if named else None,
                options=OPTIONS.get(name) if named else None,
                quarantine=folder / "bad" if quarantined else None,
            )
        except FeedError as error:
            problem = error
        if problem is None:
            assert feed_info(folder / "out.feed").sha256_verified
            return
        assert [path.name for path in folder.iterdir()] == ["source"]
        # Arrow, which reads what looks like its own, names no place; nor does a header. A message
        # of a table is named by its number.
        placed = problem.offset is not None or re.search(r"in message \d", problem.problem)
        assert placed or problem.problem.startswith("is damaged") or "column" in problem.problem


@given(st.sampled_from(sorted(BY_NAME)), st.binary(max_size=300))
@example("dbn", b"DBN\x01\x00\x00\x00\x00")
@example("parquet", b"PAR1PAR1")
@example("arrow", b"ARROW1\x00\x00ARROW1")
@example("csv", b"ts,payload")
@example("csv", b'ts,payload\n"')
@example("msgpack", b"\x80")
@example("protobuf", b"\x00")
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_imported_or_refused(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="latprobe-test-") as scratch:
        folder = Path(scratch)
        (folder / "source").write_bytes(content)
        try:
            import_recording(folder / "source", folder / "out.feed", format_name=name)
        except FeedError:
            assert [path.name for path in folder.iterdir()] == ["source"]
