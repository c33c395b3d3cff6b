"""Folders that are there for a while, also where whoever made them was killed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PREFIX: Final = "latprobe-"
_LOCK: Final = ".in-use"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that goes when the block ends. Those of processes that were killed go first.

    Who is killed cannot clear up. The kernel lets go of its lock on the folder, though, so that the
    next one sees that nobody uses it any more.
    """
    _clear_left()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        unseen = Path(name) / f"{_LOCK}.new"
        with unseen.open("xb") as lock:
            # Named only once it is held: else it would be taken for one that was left.
            fcntl.flock(lock, fcntl.LOCK_EX)
            unseen.rename(Path(name) / _LOCK)
            yield Path(name)


def _clear_left() -> None:
    """Removes this user's folders that are not in use; others are let be."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX):
                with suppress(OSError):
                    _clear(entry)


def _clear(entry: os.DirEntry[str]) -> None:
    own = entry.stat(follow_symlinks=False).st_uid == os.getuid()
    if not (own and entry.is_dir(follow_symlinks=False)):
        return
    lock = os.open(f"{entry.path}/{_LOCK}", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(entry.path, ignore_errors=True)
    finally:
        os.close(lock)
