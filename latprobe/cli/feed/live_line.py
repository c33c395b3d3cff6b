"""One line on a terminal that is written over, for work that has no end to be far from."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from latprobe.report.printable import printable

_ERASE: Final = "\r\x1b[2K"


class LiveLine:
    """A line on standard error; nothing where that is no terminal."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Writes the line over."""
        if self.shown:
            width = shutil.get_terminal_size().columns
            sys.stderr.write(_ERASE + printable(text)[: width - 1])
            sys.stderr.flush()


@contextmanager
def live_line() -> Iterator[LiveLine]:
    """A line that is gone when the work is done."""
    line = LiveLine()
    try:
        yield line
    finally:
        if line.shown:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
