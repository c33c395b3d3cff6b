"""Bad messages of a recording, set aside in a file of their own.

JSON Lines, one object a message: `offset` (of its first byte, in the uncompressed content; null
where the format cannot say), `problem` (what was expected there, and what was found) and
`payload` (its bytes, in base64). That is the whole line or frame; of a message whose receive time
falls too far back, the payload alone, the time being in the problem. Where an archive is damaged, a
line with an empty payload says that the content ends there.

So `jq -r .payload | base64 -d` gives back what was set aside, byte for byte.
"""

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from latprobe.errors import FeedError
from latprobe.feed.whole_file import WholeFile

_FOUND: Final = "; found "
_KIND_LIMIT: Final = 64
_OTHER: Final = "other problems"


class SetAside(msgspec.Struct, frozen=True):
    """One line of the file."""

    offset: int | None
    problem: str
    payload: bytes


class Lost(msgspec.Struct, frozen=True):
    """The end of a recording in a damaged archive."""

    offset: int
    """Where it begins, in the uncompressed content."""
    problem: str
    file_bytes: int
    """How much of the file was not read."""


class Quarantine:
    """A file of bad messages; used as a context manager. It appears whole, or not at all.

    Without a bad message it is an empty file, so that one of an earlier import does not mislead.

    Raises:
        FeedError: The file cannot be written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.messages = 0
        """How many were set aside."""
        self.payload_bytes = 0
        self.problems: Counter[str] = Counter()
        """How many by what was expected, which is the problem up to `; found`."""
        self.first: SetAside | None = None
        """The first bad message, without its bytes."""
        self.lost: Lost | None = None
        """What of a damaged archive could not be read at all."""
        self._file = WholeFile(self.path)
        self._encode = msgspec.json.Encoder().encode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._file.commit()
        except OSError as failure:
            raise self._unwritable(failure) from failure
        finally:
            self._file.discard()

    def add(self, offset: int | None, problem: str, payload: bytes) -> None:
        """Sets one message aside."""
        self._write(SetAside(offset, problem, payload))
        if self.first is None:
            self.first = SetAside(offset, problem, b"")
        self.messages += 1
        self.payload_bytes += len(payload)
        kind = problem.partition(_FOUND)[0]
        known = kind in self.problems or len(self.problems) < _KIND_LIMIT
        self.problems[kind if known else _OTHER] += 1

    def lose(self, offset: int, problem: str, file_bytes: int) -> None:
        """Puts on record that the content ends at an offset, though the file has more."""
        self.lost = Lost(offset, problem, file_bytes)
        self._write(SetAside(offset, problem, b""))

    def settle(self) -> None:
        """Makes the file durable, but for its name: nothing is left that a full disk could stop."""
        try:
            self._file.settle()
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def _write(self, it: SetAside) -> None:
        try:
            self._file.handle.write(self._encode(it))
            self._file.handle.write(b"\n")
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def _unwritable(self, failure: OSError) -> FeedError:
        return FeedError(self.path, None, f"cannot be written: {failure.strerror or failure}")
