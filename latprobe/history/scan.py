"""The files of a folder that may hold run documents, and the runs in them."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from latprobe.errors import HistoryError
from latprobe.run.model import RunDocument
from latprobe.run.store import decode_run, read_document


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


class FoundFolder(NamedTuple):
    """A folder with files that may hold run documents.

    Attributes:
        place: The machine's name and its absolute path.
        files: By name.
        problems: What cannot be read in it, and why.
    """

    place: str
    files: tuple[FoundFile, ...]
    problems: tuple[str, ...]


def folders_under(results: Path) -> Iterator[FoundFolder]:
    """The folder itself, and those in it, but for hidden ones.

    Files have names that end in `.json`; those that are being written have a dot before it.

    Raises:
        HistoryError: where there is none.
    """
    if not results.is_dir():
        raise HistoryError(f"{results}: is no folder of run documents")
    closed: list[OSError] = []
    for folder, inner, names in os.walk(results, onerror=closed.append):
        inner[:] = sorted(it for it in inner if not it.startswith("."))
        yield _found(Path(folder), sorted(it for it in names if _may_be_document(it)))
    if closed:
        yield FoundFolder("", (), tuple(_unreadable(it.filename, it) for it in closed))


def _may_be_document(name: str) -> bool:
    return name.endswith(".json") and not name.startswith(".")


def _found(folder: Path, names: list[str]) -> FoundFolder:
    place = f"{socket.gethostname()}:{folder.resolve()}"
    files, problems = [], []
    for name in names:
        path = folder / name
        try:
            f"{place}/{name}".encode()
            status = path.stat()
        except UnicodeEncodeError:
            problems.append(f"{_shown(path)}: its name is not UTF-8: give it another")
        except OSError as error:
            problems.append(_unreadable(path, error))
        else:
            if path.is_file():
                files.append(FoundFile(place, name, status.st_size, status.st_mtime_ns))
            else:
                problems.append(f"{path}: is no file")
    return FoundFolder(place, tuple(files), tuple(problems))


def _unreadable(path: str | Path, error: OSError) -> str:
    return f"{_shown(path)}: cannot be read: {error.strerror}"


def _shown(path: str | Path) -> str:
    return os.fsencode(path).decode(errors="backslashreplace")


class _Marks(msgspec.Struct):
    """What tells a run document from other JSON."""

    document: str | None = None
    scenario: msgspec.Raw = msgspec.Raw()
    figures: msgspec.Raw = msgspec.Raw()
    target: msgspec.Raw = msgspec.Raw()


def read_if_run(path: Path) -> RunDocument | None:
    """Reads the document of a run by itself; None where the file holds something else.

    An audit is no run: nothing in it was timed. Nor is a side of an A/B, which was measured for
    the other's sake, for as long as the question took, and of code that may be nobody's.

    Raises:
        RunError: where it should be one, and is broken.
    """
    content = read_document(path)
    if not _may_be_run(content):
        return None
    run = decode_run(content, path)
    return run if run.audit is None and run.side is None else None


def _may_be_run(content: bytes) -> bool:
    """Whether it is a run document, or so broken that nobody knows."""
    try:
        marks = msgspec.json.decode(content, type=_Marks)
    except msgspec.ValidationError:
        return False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return True
    parts = (marks.scenario, marks.figures, marks.target)
    return marks.document is None and all(bytes(it) for it in parts)
