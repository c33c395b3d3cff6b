"""Where recordings are read from and feeds are written to: each bad place is one clear error."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed, import_recording
from latprobe.feed.importers.source import Source
from latprobe.feed.whole_file import WholeFile
from latprobe.pipeline.feeds import prepare_feed
from tests.feeds import REPOSITORY, TRADE, columns_of, leftovers

LINES = b"".join(b"%d %b\n" % (1_723_161_255 + number, TRADE) for number in range(3000))


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="cannot be read: No such file"):
        import_feed(tmp_path / "missing", tmp_path / "a.feed")


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FeedError, match="expected a regular file"):
        import_feed(tmp_path / "pipe", tmp_path / "a.feed")
    with pytest.raises(FeedError, match="expected a regular file"):
        prepare_feed(str(tmp_path / "pipe"), lambda _: None)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="Is a directory"):
        import_feed(tmp_path, tmp_path / "a.feed")
    with pytest.raises(FeedError, match="Is a directory"):
        prepare_feed(str(tmp_path), lambda _: None)


def test_a_recording_is_not_overwritten_by_its_own_feed(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(LINES)
    (tmp_path / "link").symlink_to("source")
    (tmp_path / "hard").hardlink_to(tmp_path / "source")
    for out in ("source", "link", "hard", "../" + tmp_path.name + "/source"):
        with pytest.raises(FeedError, match="is the recording itself"):
            import_feed(tmp_path / "source", tmp_path / out)
    assert (tmp_path / "source").read_bytes() == LINES


@pytest.mark.parametrize(
    ("out", "problem"),
    [
        ("missing/a.feed", "cannot be written: No such file"),
        (".", "is not a regular file"),
        ("source/a.feed", "cannot be written: Not a directory"),
        ("x" * 300, "cannot be written: File name too long"),
    ],
)
def test_a_place_that_a_feed_cannot_have_is_refused(tmp_path: Path, out: str, problem: str) -> None:
    (tmp_path / "source").write_bytes(LINES)
    with pytest.raises(FeedError, match=problem):
        import_feed(tmp_path / "source", tmp_path / out)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_file_that_grows_meanwhile_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(LINES * 4)

    def grow(done: int, total: int) -> None:
        del done, total
        with source.open("ab") as file:
            file.write(LINES)

    with pytest.raises(FeedError, match="the file changes while it is read: it had"):
        import_recording(source, tmp_path / "a.feed", max_backwards_ns=2**62, progress=grow)
    assert leftovers(tmp_path) == []


def test_a_file_that_shrinks_meanwhile_is_refused(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(LINES * 20)
    with Source(tmp_path / "source") as source:
        chunks = source.chunks()
        next(chunks)
        os.truncate(tmp_path / "source", 2**20)
        with pytest.raises(FeedError, match="has 1,048,576 now; import it when it is complete"):
            list(chunks)


def import_within(
    file_bytes: int, folder: Path, *options: str | Path
) -> subprocess.CompletedProcess[str]:
    """Imports where no file may be larger."""
    program = "from latprobe.cli.main import main; main()"
    return subprocess.run(
        [
            *(sys.executable, "-c", program, "feed", "import"),
            *(folder / "source", folder / "a.feed", *options),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # else Python writes modules cut short
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes)),
    )


@pytest.mark.parametrize("limit", [0, 1000, 100_000])
@pytest.mark.parametrize("what", ["feed", "quarantine"])
def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, limit: int, what: str) -> None:
    content = LINES * 2 if what == "feed" else b"1 {}\n" + b"x" * 300_000 + b"\n2 {}\n"
    (tmp_path / "source").write_bytes(content)
    options: dict[str, list[str | Path]] = {
        "feed": ["--max-backwards", "9h"],
        "quarantine": ["--quarantine", tmp_path / "bad"],
    }
    done = import_within(limit, tmp_path, *options[what])
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_there_is_no_feed_where_the_disk_has_no_room_for_what_it_lacks(tmp_path: Path) -> None:
    # The bad line is in the writer's buffer until the end, when the feed could be there already.
    (tmp_path / "source").write_bytes(b"1 {}\n" + b"x" * 4500 + b"\n2 {}\n")
    done = import_within(4096, tmp_path, "--quarantine", tmp_path / "bad")
    assert "bad: cannot be written" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_what_a_killed_import_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(LINES)
    program = (
        "import os, signal, sys\n"
        "from latprobe.feed.importers.import_feed import import_feed\n"
        "kill = lambda done, total: os.kill(os.getpid(), signal.SIGKILL)\n"
        "import_feed(sys.argv[1], sys.argv[2], progress=kill)"
    )
    out = tmp_path / "a.feed"
    for _ in range(2):
        killed = subprocess.run(
            [sys.executable, "-c", program, tmp_path / "source", out], cwd=REPOSITORY, check=False
        )
        assert killed.returncode == -signal.SIGKILL
        assert not out.exists()
        assert len(leftovers(tmp_path)) == 1, "an import clears what the one before it left"
    (tmp_path / ".b.feed.0123456789abcdef.part").write_bytes(b"of another feed")
    (tmp_path / ".a.feed.part").write_bytes(b"of somebody else")
    found = import_recording(tmp_path / "source", out)
    assert found.leftovers_cleared == 1
    assert sorted(leftovers(tmp_path)) == [".a.feed.part", ".b.feed.0123456789abcdef.part"]


def test_a_file_that_is_being_written_is_not_taken_for_left(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(LINES)
    writing = WholeFile(tmp_path / "a.feed")
    assert import_recording(tmp_path / "source", tmp_path / "a.feed").leftovers_cleared == 0
    assert writing.passing_path.exists()
    writing.discard()
    assert leftovers(tmp_path) == []


def test_nothing_in_a_recording_is_taken_for_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    names = ["../escaped", "/escaped", "..\\\\escaped", "a\\u0000b", "~/escaped", "$HOME"]
    lines = [f'{number + 1} {{"stream":"{name}"}}' for number, name in enumerate(names)]
    (folder / "source").write_text("\n".join([*lines, "../escaped"]))
    found = import_recording(folder / "source", folder / "a.feed", quarantine=folder / "bad")
    assert found.feed.messages == len(names)
    assert columns_of(folder / "a.feed")["channel"][:2] == ["../escaped", "/escaped"]
    assert sorted(path.name for path in folder.iterdir()) == ["a.feed", "bad", "source"]
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]
