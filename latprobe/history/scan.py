"""The files of a folder that have not been read since they were written."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from latprobe.errors import HistoryError
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run


class FoundFile(NamedTuple):
    """A file that may hold a run document.

    Attributes:
        folder: The machine's name and the absolute path of its folder.
        name: Of the file.
        size: In bytes.
        modified_ns: When it was written last.
    """

    folder: str
    name: str
    size: int
    modified_ns: int

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.folder.partition(":")[2]) / self.name


def place_of(folder: Path) -> str:
    """How the index calls a folder, so that those of several machines are told apart."""
    return f"{socket.gethostname()}:{folder.resolve()}"


def folders_under(results: Path) -> list[Path]:
    """The folder itself, and those in it, but for hidden ones.

    Raises:
        HistoryError: where there is none.
    """
    if not results.is_dir():
        raise HistoryError(f"{results}: is no folder of run documents")
    found = []
    for folder, inner, _ in os.walk(results):
        inner[:] = sorted(it for it in inner if not it.startswith("."))
        found.append(Path(folder))
    return found


def files_in(folder: Path) -> Iterator[FoundFile]:
    """The JSON files of a folder. Those that are being written have a dot before their name."""
    place = place_of(folder)
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".json") and not entry.name.startswith("."):
                    status = entry.stat()
                    yield FoundFile(place, entry.name, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise HistoryError(f"{folder}: cannot be read: {error.strerror}") from error


class _Marks(msgspec.Struct):
    """What tells a run document from other JSON."""

    document: str | None = None
    scenario: msgspec.Raw = msgspec.Raw()
    figures: msgspec.Raw = msgspec.Raw()
    target: msgspec.Raw = msgspec.Raw()


def read_if_run(path: Path) -> RunDocument | None:
    """Reads a run document; None where the file holds other JSON.

    Raises:
        RunError: where it should be one, and is broken.
    """
    try:
        marks = msgspec.json.decode(path.read_bytes(), type=_Marks)
    except msgspec.ValidationError:
        return None
    except (OSError, msgspec.DecodeError):
        return read_run(path)
    return read_run(path) if _is_run(marks) else None


def _is_run(marks: _Marks) -> bool:
    parts = (marks.scenario, marks.figures, marks.target)
    return marks.document is None and all(bytes(it) for it in parts)
