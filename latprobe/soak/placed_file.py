"""A file that is written at places of one's choice, in which nothing is buffered."""

import os
from pathlib import Path


class PlacedFile:
    """What both files of a soak are written by.

    Args:
        path: The file; it is made where there is none.

    Raises:
        OSError: where it cannot be written, as from all that follow.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def write(self, content: bytes, position: int) -> None:
        """Writes all of it at that place, or raises with a part of it there."""
        while content:
            written = os.pwrite(self._descriptor, content, position)
            content, position = content[written:], position + written

    def cut(self, length: int) -> None:
        """Takes away what stands behind `length`."""
        os.ftruncate(self._descriptor, length)

    def settle(self) -> None:
        """Has the disk hold what was written."""
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Ends writing."""
        os.close(self._descriptor)
