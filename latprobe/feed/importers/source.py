"""The bytes of a recording, decompressed on the way where it is an archive."""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from latprobe.errors import FeedError
from latprobe.feed.importers.archive import EXPANSION_LIMIT, Archive, ArchiveError, ExpansionError
from latprobe.feed.importers.codecs import (
    CODECS,
    MAGIC_BYTES,
    SKIPPABLE_HEADER_BYTES,
    SKIPPABLE_MAGICS,
    Codec,
    codec_of,
)
from latprobe.feed.importers.quarantine import Quarantine

HEAD_BYTES: Final = 65_536
"""How much of a recording's beginning its format is told by."""

_CHUNK_BYTES: Final = 2**20
_SKIPPED_FRAMES_LIMIT: Final = 64


class Source:
    """A recording being read once, from start to end; used as a context manager.

    Archives of several members, frames or streams are read as one. What they unpack to is held
    one chunk at a time, so that an archive that unpacks to more than memory does no harm.

    Args:
        path: The recording.
        quarantine: Where bad messages go; without one, the first ends the import.
        expansion_limit: Most bytes of content for each byte of an archive.

    Raises:
        FeedError: The file cannot be read.
    """

    def __init__(
        self,
        path: str | Path,
        quarantine: Quarantine | None = None,
        *,
        expansion_limit: int = EXPANSION_LIMIT,
    ) -> None:
        self.path = Path(path)
        self.quarantine = quarantine
        self.counts: Counter[str] = Counter()
        """What an importer wants said of a recording besides its messages (`packets`, `gaps`, …):
        it adds to the counts while it reads, and the summary names those that are not 0."""
        self.expansion_limit = expansion_limit
        """Most bytes of content for each byte of the file, for formats that compress themselves."""
        self.position = 0
        """Uncompressed bytes read so far."""
        self._file = _opened(self.path)
        self._status = os.fstat(self._file.fileno())
        self.file_bytes = self._status.st_size
        """Size of the file as it lies."""
        self.raw_head = self._file.read(MAGIC_BYTES)
        """The first bytes of the file as it lies."""
        codec = _codec_of(self._file)
        self._file.seek(0)
        self._archive = Archive(codec, self._file.read, expansion_limit) if codec else None
        self._head: bytes | None = None
        self._ended = False

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
    def codec(self) -> str:
        """Kind of archive that the recording is in; empty if it is in none."""
        return self._archive.codec.name if self._archive else ""

    @property
    def ignored_bytes(self) -> int:
        """How much of the file followed the archive in it, and was passed over."""
        return self._archive.ignored_bytes if self._archive else 0

    @property
    def read_bytes(self) -> int:
        """How many of `file_bytes` were read so far."""
        return self._file.tell()

    @property
    def raw_file(self) -> BinaryIO:
        """The file as it lies, for a format that is read with seeks rather than by its chunks."""
        return self._file

    def head(self) -> bytes:
        """The first `HEAD_BYTES`, or all if there are fewer; they are still to come as chunks."""
        if self._head is None:
            self._head = b""
            while len(self._head) < HEAD_BYTES and (chunk := self._read()):
                self._head += chunk
        return self._head[:HEAD_BYTES]

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces that are not empty, and of no particular size.

        What is lost of a damaged archive is put on record where there is a quarantine; the content
        then ends there.

        Raises:
            FeedError: The archive is cut short or damaged, or the file changes meanwhile.
        """
        if self._head:
            yield self._head
            self._head = b""
        while chunk := self._read():
            yield chunk

    def fail(self, offset: int | None, problem: str) -> FeedError:
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
        if self._ended:
            return b""
        try:
            chunk = self._archive.read() if self._archive else self._file.read(_CHUNK_BYTES)
        except ExpansionError as error:
            raise self.fail(self.position, str(error)) from error
        except ArchiveError as error:
            self._check_unchanged()
            self._lose(str(error))
            chunk = b""
        except OSError as error:
            problem = f"the file cannot be read further: {error.strerror or error}"
            raise self.fail(self.position, problem) from error
        if not chunk or self.read_bytes > self.file_bytes:
            self._ended = True
            self._check_unchanged()
        self.position += len(chunk)
        return chunk

    def _lose(self, reason: str) -> None:
        """The archive cannot be unpacked from here on."""
        at = self.read_bytes
        where = f"before byte {at:,} of the file" if at < self.file_bytes else "at the file's end"
        problem = f"the {self.codec} archive ends early or is damaged, {where}: {reason}"
        if self.quarantine is None:
            raise self.fail(self.position, problem)
        self.quarantine.lose(self.position, problem, self.file_bytes - at)

    def _check_unchanged(self) -> None:
        """A recording that is still being written to has no end to import up to."""
        now = os.fstat(self._file.fileno())
        if now.st_size != self.file_bytes:
            change = f"it had {self.file_bytes:,} bytes at first, and has {now.st_size:,} now"
        elif now.st_mtime_ns != self._status.st_mtime_ns:
            change = "it was written to"
        else:
            return
        problem = f"the file changes while it is read: {change}; import it when it is complete"
        raise FeedError(self.path, self.position, problem)


def _opened(path: Path) -> BinaryIO:
    try:
        # Without waiting for a writer, should it be a pipe.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        file = os.fdopen(descriptor, "rb")
    except OSError as error:
        # A folder cannot be made a file of, and says so in its own words.
        raise FeedError(path, None, f"cannot be read: {error.strerror}") from error
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise FeedError(path, None, "expected a regular file; found a pipe, a device or the like")


def _codec_of(file: BinaryIO) -> Codec | None:
    """Looks past the frames that an archive may begin with, since those of two kinds are alike."""
    position = 0
    for _ in range(_SKIPPED_FRAMES_LIMIT):
        file.seek(position)
        magic = file.read(MAGIC_BYTES)
        if not magic.startswith(SKIPPABLE_MAGICS):
            break
        length = int.from_bytes(magic[4:SKIPPABLE_HEADER_BYTES], "little")
        position += SKIPPABLE_HEADER_BYTES + length
    if not position:
        return codec_of(magic)
    by_name = {codec.name: codec for codec in CODECS}
    return by_name["lz4"] if magic.startswith(by_name["lz4"].magics[:1]) else by_name["zstd"]
