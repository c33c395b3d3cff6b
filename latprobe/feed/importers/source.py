"""The bytes of a recording, decompressed on the way where it is an archive."""

import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.importers.quarantine import Quarantine

HEAD_BYTES: Final = 65_536
"""How much of a recording's beginning its format is told by."""

_CHUNK_BYTES: Final = 2**20
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
# A zstd file may begin with a frame to be skipped: any of 16 magics (RFC 8878, section 3.1.2).
_ZSTD_SKIPPABLE_MAGICS: Final = tuple(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))


class Source:
    """A recording being read once, from start to end; used as a context manager.

    Archives of several gzip members or zstd frames are read as one. What they unpack to is held
    one chunk at a time, so that an archive that unpacks to more than memory does no harm.

    Args:
        path: The recording.
        quarantine: Where bad messages go; without one, the first ends the import.

    Raises:
        FeedError: The file cannot be read.
    """

    def __init__(self, path: str | Path, quarantine: Quarantine | None = None) -> None:
        self.path = Path(path)
        self.quarantine = quarantine
        self.counts: Counter[str] = Counter()
        """What an importer wants said of a recording besides its messages (`packets`, `gaps`, …):
        it adds to the counts while it reads, and the summary names those that are not 0."""
        try:
            if not stat.S_ISREG(self.path.stat().st_mode):
                raise FeedError(path, None, "expected a regular file")
            self._file = self.path.open("rb")
        except OSError as error:
            raise FeedError(path, None, f"cannot be read: {error.strerror}") from error
        self.file_bytes = self.path.stat().st_size
        """Size of the file as it lies."""
        self.position = 0
        """Uncompressed bytes read so far."""
        self.raw_head = self._file.read(8)
        """The first bytes of the file as it lies."""
        self._file.seek(0)
        self._codec = _codec_of(self.raw_head[:4])
        raw = pa.PythonFile(self._file, mode="r")
        self._content = pa.CompressedInputStream(raw, self._codec) if self._codec else raw
        self._head: bytes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def read_bytes(self) -> int:
        """How many of `file_bytes` were read so far."""
        return self._file.tell()

    def head(self) -> bytes:
        """The first `HEAD_BYTES`, or all if there are fewer; they are still to come as chunks."""
        if self._head is None:
            self._head = b""
            while len(self._head) < HEAD_BYTES and (chunk := self._read()):
                self._head += chunk
        return self._head[:HEAD_BYTES]

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces that are not empty, and of no particular size.

        Raises:
            FeedError: The archive is cut short or damaged.
        """
        if self._head:
            yield self._head
            self._head = b""
        while chunk := self._read():
            yield chunk

    def fail(self, offset: int, problem: str) -> FeedError:
        """An error about the content at an uncompressed offset."""
        return FeedError(self.path, offset, problem)

    def bad(self, offset: int | None, problem: str, content: bytes) -> None:
        """A message, or a piece that cannot be one, is not what it should be.

        Sets it aside where the user gave a quarantine; the importer then goes on after it.

        Args:
            offset: Of its first byte, in the uncompressed content.
            problem: `expected …; found …`. Problems are counted by what stands before `; found`,
                which therefore should not quote the content.
            content: Its bytes, or as much of them as there is; at most `MESSAGE_LIMIT_BYTES`.

        Raises:
            FeedError: There is no quarantine, or it cannot be written.
        """
        if self.quarantine is None:
            raise FeedError(self.path, offset, problem)
        self.quarantine.add(offset, problem, content)

    def _read(self) -> bytes:
        try:
            chunk = self._content.read(_CHUNK_BYTES)
        except (OSError, ValueError, MemoryError, pa.ArrowException) as error:
            what = f"the {self._codec} archive" if self._codec else "the file"
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            problem = f"{what} ends early or is damaged: {reason}"
            raise self.fail(self.position, problem) from error
        self.position += len(chunk)
        return chunk


def _codec_of(magic: bytes) -> Literal["gzip", "zstd"] | None:
    if magic.startswith(_GZIP_MAGIC):
        return "gzip"
    return "zstd" if magic in (_ZSTD_MAGIC, *_ZSTD_SKIPPABLE_MAGICS) else None
