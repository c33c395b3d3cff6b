"""Folders for a while, with real processes that are killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from latprobe.temporary_folder import temporary_folder

_HOLDS = """
import sys
from latprobe.temporary_folder import temporary_folder
with temporary_folder() as folder:
    (folder / "trace.bin").write_bytes(bytes(100))
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@contextmanager
def holder() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    command = [sys.executable, "-c", _HOLDS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def test_a_folder_goes_with_its_block(place: Path) -> None:
    with temporary_folder() as folder:
        (folder / "feed.arrow").write_bytes(b"x")
        assert folder.parent == place

    assert list(place.iterdir()) == []


def test_the_folder_of_a_process_that_was_killed_goes_with_the_next() -> None:
    with holder() as (process, left):
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert (left / "trace.bin").exists()

        with temporary_folder():
            assert not left.exists()


def test_a_folder_in_use_stays() -> None:
    with holder() as (_, used), temporary_folder() as own, temporary_folder():
        assert (used / "trace.bin").exists()
        assert own.exists()


def test_what_is_not_known_to_be_left_stays(place: Path) -> None:
    other = place / "latprobe-of-somebody"
    other.mkdir()
    (other / "file").write_bytes(b"x")
    (place / "latprobe-link").symlink_to(other)

    with temporary_folder():
        pass

    assert (other / "file").exists()
    assert (place / "latprobe-link").is_symlink()
