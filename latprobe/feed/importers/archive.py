"""An archive's content, a piece at a time."""

from collections.abc import Callable
from typing import Final

from latprobe.feed.importers.codecs import CODEC_ERRORS, MAGIC_BYTES, Codec, Decompressor

_INPUT_BYTES: Final = 65_536
_CHUNK_BYTES: Final = 2**20
# A decoder that fails gives nothing of the piece it fails in.
_PIECE_BYTES: Final = 2**16
_SPAN_BYTES: Final = 2**28
"""Content over which expansion is measured: a short stretch of zeros is no bomb."""
EXPANSION_LIMIT: Final = 500
"""Most bytes of content for each byte of an archive, unless the user allows more."""


class ArchiveError(Exception):
    """What is wrong with an archive."""


class ExpansionError(Exception):
    """An archive unpacks to so much that it is taken for a decompression bomb."""


class Archive:
    """Unpacks all members, frames or streams, one after the other.

    Args:
        codec: What kind of archive it is.
        read: Reads so many bytes of the file, or what is left of it.
        expansion_limit: Most bytes of content for each byte of the archive, over 256 MiB of it.
    """

    def __init__(
        self, codec: Codec, read: Callable[[int], bytes], expansion_limit: int = EXPANSION_LIMIT
    ) -> None:
        self.codec = codec
        self.ignored_bytes = 0
        """How much of the file followed the last member, and was passed over as the format's own
        tool does."""
        self.expansion_limit = expansion_limit
        self._read_file = read
        self._input = b""
        self._damage: ArchiveError | None = None
        self._decompressor: Decompressor | None = codec.decompressor()
        self._span_in = 0
        self._span_out = 0

    def read(self) -> bytes:
        """The next chunk of the content, of 1 MiB at most; empty at its end.

        Damage is raised after all that could be unpacked before it.

        Raises:
            ArchiveError: The archive is damaged, or ends early.
            ExpansionError: It is taken for a bomb.
            OSError: The file cannot be read.
        """
        if self._damage is not None:
            raise self._damage
        pieces: list[bytes] = []
        size = 0
        while size <= _CHUNK_BYTES - _PIECE_BYTES:
            try:
                piece = self._piece()
            except ArchiveError as error:
                self._damage = error
                if not pieces:
                    raise
                break
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)

    def _piece(self) -> bytes:
        while True:
            if self._decompressor is None:
                if not self._next_member():
                    return b""
                self._decompressor = self.codec.decompressor()
            piece = self._unpack(self._decompressor)
            if piece:
                self._measure(len(piece))
                return piece

    def _unpack(self, decompressor: Decompressor) -> bytes:
        given = b""
        if decompressor.needs_input:
            given = self._input or self._more()
            self._input = b""
        needed = decompressor.needs_input
        try:
            piece = decompressor.decompress(given, _PIECE_BYTES)
        except CODEC_ERRORS as error:
            # Some decoders mind input that is empty; the file has ended too early then.
            if needed and not given:
                raise ArchiveError("it ends early") from error
            raise ArchiveError(_first_line(error)) from error
        if decompressor.eof:
            self._input = decompressor.unused_data or b""
            self._decompressor = None
        elif needed and not given:
            raise ArchiveError("it ends early")
        return piece

    def _next_member(self) -> bool:
        """Whether there is another member; what is before it is passed over, where that may be."""
        padding = 0
        while True:
            if len(self._input) < MAGIC_BYTES:
                self._input += self._more()
            if not self._input:
                break
            stripped = self._input.lstrip(b"\0") if self.codec.padding else self._input
            padding += len(self._input) - len(stripped)
            self._input = stripped
            if stripped:
                break
        if self.codec.padding and padding % self.codec.padding:
            raise ArchiveError(f"its padding of {padding:,} bytes is cut or damaged")
        if not self._input or self._input.startswith(self.codec.magics):
            return bool(self._input)
        if not self.codec.ignores_the_rest:
            found = self._input[:MAGIC_BYTES].hex(" ")
            raise ArchiveError(f"expected its end or more of it; found {found}")
        while self._input:
            self.ignored_bytes += len(self._input)
            self._input = self._more()
        return False

    def _more(self) -> bytes:
        more = self._read_file(_INPUT_BYTES)
        self._span_in += len(more)
        return more

    def _measure(self, size: int) -> None:
        self._span_out += size
        if self._span_out < _SPAN_BYTES:
            return
        if self._span_out > self.expansion_limit * max(self._span_in, 1):
            raise ExpansionError(
                f"expected at most {self.expansion_limit:,} bytes of content for each byte of the "
                f"{self.codec.name} archive; found {self._span_out:,} bytes out of "
                f"{self._span_in:,}, which is taken for a decompression bomb: if it is none, "
                "allow more by `feed import --max-expansion`"
            )
        self._span_in = self._span_out = 0


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
