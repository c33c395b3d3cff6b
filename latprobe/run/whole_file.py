"""Files that appear whole or not at all."""

import os
from pathlib import Path

from latprobe.errors import RunError


def write_whole(path: Path, content: bytes) -> None:
    """Writes beside the path, and moves it there once it is on the disk.

    Raises:
        RunError: where it cannot be written; what was there before still is.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RunError(f"{path}: cannot be written: {error.strerror}") from error
