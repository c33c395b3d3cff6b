"""A file that appears under its name complete, or not at all."""

import contextlib
import fcntl
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from latprobe.errors import FeedError

_NAME_LIMIT: Final = 200


class WholeFile:
    """Written beside its place under a passing name, made durable, then renamed into place.

    The passing file is locked as long as its writer lives, so that one whose writer was killed can
    be told from one that is being written.

    Raises:
        FeedError: The place cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.passing_path = path.with_name(
            f".{path.name[:_NAME_LIMIT]}.{secrets.token_hex(8)}.part"
        )
        try:
            if path.exists() and not stat.S_ISREG(path.stat().st_mode):
                raise FeedError(path, None, "is not a regular file, and is left as it is")
            # Not `tempfile`: its files are private to the user, and a feed is an ordinary file.
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self.passing_path, flags, 0o666)
            # Not every file system has locks; the file is then one that is never taken for left.
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FeedError(path, None, f"cannot be written: {error.strerror}") from error
        self.handle = os.fdopen(descriptor, "w+b")

    def settle(self) -> None:
        """Makes what was written durable; only its name is still to be given.

        Raises:
            OSError: The disk is full or failing; `discard` is still due then.
        """
        self.handle.flush()
        os.fsync(self.handle.fileno())
        self.handle.close()

    def commit(self) -> None:
        """Gives what was written its name, durably.

        Raises:
            OSError: The disk is full or failing; `discard` is still due then.
        """
        if not self.handle.closed:
            self.settle()
        self.passing_path.replace(self.path)
        # The name is durable only when the folder is; not every file system can sync a folder.
        with contextlib.suppress(OSError):
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def discard(self) -> None:
        """Leaves nothing behind."""
        with contextlib.suppress(OSError):
            self.handle.close()
        self.passing_path.unlink(missing_ok=True)


def clear_leftovers(path: Path) -> int:
    """Deletes what writers of the file at `path` left beside it when they were killed.

    Returns:
        How many there were.
    """
    name = re.compile(rf"\.{re.escape(path.name[:_NAME_LIMIT])}\.[0-9a-f]{{16}}\.part")
    cleared = 0
    with contextlib.suppress(OSError):
        for beside in path.parent.iterdir():
            if name.fullmatch(beside.name) and _is_left(beside):
                beside.unlink()
                cleared += 1
    return cleared


def _is_left(path: Path) -> bool:
    """Whether no process writes to a passing file any more."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
