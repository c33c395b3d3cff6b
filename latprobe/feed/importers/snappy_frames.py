"""Snappy's framing format, a chunk at a time.

Source: Snappy framing format description, revision 2015-04-24. A chunk is a type, its length
(3 bytes, little endian) and so many bytes; it unpacks to 65,536 bytes at most. The checksums are
checked by the decoder, which is given each chunk as a stream of its own.
"""

from typing import Final

import cramjam

SNAPPY_MAGIC: Final = b"\xff\x06\x00\x00sNaPpY"
"""The stream identifier: a chunk that begins a stream, and may come again."""
_HEADER_BYTES: Final = 4
_COMPRESSED: Final = 0x00
_UNCOMPRESSED: Final = 0x01
_IDENTIFIER: Final = 0xFF
_FIRST_SKIPPABLE: Final = 0x80  # up to 0xfe, which is padding
_UNPACKED_LIMIT_BYTES: Final = 65_536
# A checksum, and the most that 65,536 bytes become where they cannot be compressed.
_CHUNK_LIMIT_BYTES: Final = 4 + 32 + _UNPACKED_LIMIT_BYTES + _UNPACKED_LIMIT_BYTES // 6


class SnappyDecompressor:
    """Unpacks a snappy framed stream, which ends only where its file does."""

    unused_data: Final = b""

    def __init__(self) -> None:
        self.eof = False
        self._input = bytearray()
        self._to_skip = 0
        self.needs_input = True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Gives what whole chunks of the input unpack to, as long as there is room for another.

        Input that is empty where some is needed says that the file ends.

        Raises:
            ValueError: A chunk is damaged, or of a kind that must not be skipped.
        """
        if self.needs_input and not data:
            self.eof = not self._input and not self._to_skip
        self._input += data
        pieces: list[bytes] = []
        room = max_length
        position = 0
        self.needs_input = False
        while room >= _UNPACKED_LIMIT_BYTES:
            skipped = min(self._to_skip, len(self._input) - position)
            position += skipped
            self._to_skip -= skipped
            header = self._input[position : position + _HEADER_BYTES]
            length = int.from_bytes(header[1:], "little")
            stop = position + _HEADER_BYTES + length
            if len(header) < _HEADER_BYTES:
                self.needs_input = True
                break
            kind = header[0]
            if _FIRST_SKIPPABLE <= kind < _IDENTIFIER:
                self._to_skip = _HEADER_BYTES + length
                continue
            _check(kind, length)
            if stop > len(self._input):
                self.needs_input = True
                break
            if kind != _IDENTIFIER or self._input[position:stop] != SNAPPY_MAGIC:
                piece = _unpacked(bytes(self._input[position:stop]))
                pieces.append(piece)
                room -= len(piece)
            position = stop
        del self._input[:position]
        return b"".join(pieces)


def _unpacked(chunk: bytes) -> bytes:
    try:
        return bytes(cramjam.snappy.decompress(SNAPPY_MAGIC + chunk))
    except cramjam.DecompressionError as error:
        raise ValueError(str(error)) from error


def _check(kind: int, length: int) -> None:
    if kind not in (_COMPRESSED, _UNCOMPRESSED, _IDENTIFIER):
        raise ValueError(f"a chunk is of type 0x{kind:02x}, which may not be skipped")
    if length > _CHUNK_LIMIT_BYTES:
        raise ValueError(f"a chunk has {length:,} bytes; there are at most {_CHUNK_LIMIT_BYTES:,}")
