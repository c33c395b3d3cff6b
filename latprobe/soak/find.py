"""Folders of soaks under a folder of results."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from latprobe.soak.document import DOCUMENT_NAME
from latprobe.soak.interval_log import LOG_NAME
from latprobe.soak.series import SERIES_NAME

_FILES: Final = (DOCUMENT_NAME, SERIES_NAME, LOG_NAME)


class FoundSoak(NamedTuple):
    """A folder that is a soak's, or has what is left of one.

    Attributes:
        path: The folder.
        name: Where it is under the folder of results; `.` for that itself.
        stamp: Another one once anything in it is written.
        problem: Why nobody should read it; empty otherwise.
    """

    path: Path
    name: str
    stamp: str
    problem: str


def find_soaks(results: Path) -> Iterator[FoundSoak]:
    """Those in the folder and in folders in it, but for hidden ones; none where there is none."""
    for folder, inner, names in os.walk(results):
        inner[:] = sorted(it for it in inner if not it.startswith("."))
        if DOCUMENT_NAME in names or SERIES_NAME in names:
            yield _found(Path(folder), results)


def _found(path: Path, results: Path) -> FoundSoak:
    problem = ""
    seen = [os.fsencode(path)]
    for name in _FILES:
        file = path / name
        try:
            status = file.stat()
        except OSError as error:
            seen.append(name.encode())
            problem = problem or f"{name}: cannot be read: {error.strerror}"
            continue
        seen.append(f"{name} {status.st_size} {status.st_mtime_ns}".encode())
        # A pipe would keep whoever reads it waiting.
        if not file.is_file():
            problem = problem or f"{name}: is no file"
    name = os.fsencode(path.relative_to(results)).decode(errors="backslashreplace")
    return FoundSoak(path, name, hashlib.sha256(b"\0".join(seen)).hexdigest()[:24], problem)
