"""The file that says which faults a feed was given: a JSON object a line."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from latprobe.errors import FeedError
from latprobe.feed.whole_file import WholeFile

VERSION = 1


class FaultsFile:
    """A file of faults being written. It appears by `commit`, and else leaves nothing behind.

    Raises:
        FeedError: The file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = WholeFile(path)
        self._encoder = msgspec.json.Encoder()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.discard()

    def write(self, line: dict[str, Any]) -> None:
        """Adds a line."""
        try:
            self._file.handle.write(self._encoder.encode(line) + b"\n")
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def settle(self) -> None:
        """Makes durable what was written, so that nothing but the name is left to be given."""
        try:
            self._file.settle()
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def commit(self) -> None:
        """Gives the file its name."""
        try:
            self._file.commit()
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def _unwritable(self, failure: OSError) -> FeedError:
        return FeedError(self._path, None, f"cannot be written: {failure.strerror or failure}")
