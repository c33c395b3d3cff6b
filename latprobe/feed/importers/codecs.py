"""The archives that a recording may be in, told by their magic, and how each is unpacked.

Memory is bounded whatever an archive says of itself: a decoder gives no more than it is asked for,
and one that wants a larger window than `WINDOW_LIMIT_BYTES` is refused. That is the most that
`zstd --ultra -22` uses, and twice what `xz -9` does.
"""

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import lz4.frame  # type: ignore[import-untyped]

from latprobe.feed.importers.snappy_frames import SNAPPY_MAGIC, SnappyDecompressor

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WINDOW_LIMIT_BYTES: Final = 128 * 2**20
"""Most memory that an archive may want for what it refers back to."""
_XZ_LIMIT_BYTES: Final = WINDOW_LIMIT_BYTES + 2**20  # the decoder's own needs besides its window
_ZSTD_OPTIONS: Final[Mapping[int, int]] = {
    zstd.DecompressionParameter.window_log_max: WINDOW_LIMIT_BYTES.bit_length() - 1
}

MAGIC_BYTES: Final = len(SNAPPY_MAGIC)
"""How many bytes tell every codec."""
SKIPPABLE_MAGICS: Final = tuple(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))
"""Frames to be passed over, of zstd (RFC 8878, section 3.1.2) and lz4 alike."""
SKIPPABLE_HEADER_BYTES: Final = 8
"""The magic, and the length of the rest, little endian."""


class Decompressor(Protocol):
    """Unpacks one member, frame or stream; as the decompressors of the standard library do."""

    @property
    def eof(self) -> bool:
        """Whether its end was met."""

    @property
    def unused_data(self) -> bytes | None:
        """What was given to it from after its end."""

    @property
    def needs_input(self) -> bool:
        """Whether it gives no more without further input."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Takes all of the input, and gives at most so much of what it unpacks to.

        Input that is empty where some is needed says that the file ends.
        """


class _GzipDecompressor:
    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        content = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        # An answer of the full length may leave more in the decoder, without any input left.
        self.needs_input = not self._zlib.unconsumed_tail and len(content) < max_length
        return content


@dataclass(frozen=True, slots=True)
class Codec:
    """One kind of archive, which may consist of several members, frames or streams."""

    name: str
    magics: tuple[bytes, ...]
    decompressor: Callable[[], Decompressor]
    """For the next member."""
    padding: int = 0
    """Between and after members, zeros in multiples of so many bytes are no part of any; 0 if
    none may be there."""
    ignores_the_rest: bool = False
    """Whether the format's own tool passes over what follows the last member and is none."""


CODECS: Final = (
    Codec("gzip", (b"\x1f\x8b\x08",), _GzipDecompressor, padding=1, ignores_the_rest=True),
    Codec(
        "zstd",
        (b"\x28\xb5\x2f\xfd", *SKIPPABLE_MAGICS),
        lambda: zstd.ZstdDecompressor(options=_ZSTD_OPTIONS),
    ),
    Codec(
        "lz4",
        (b"\x04\x22\x4d\x18", *SKIPPABLE_MAGICS),
        lz4.frame.LZ4FrameDecompressor,
        ignores_the_rest=True,
    ),
    Codec(
        "xz",
        (b"\xfd7zXZ\x00",),
        lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_LIMIT_BYTES),
        padding=4,
    ),
    Codec("bzip2", (b"BZh",), bz2.BZ2Decompressor, ignores_the_rest=True),
    Codec("snappy", (SNAPPY_MAGIC,), SnappyDecompressor),
)

CODEC_ERRORS: Final = (
    zlib.error,
    zstd.ZstdError,
    lzma.LZMAError,
    RuntimeError,  # lz4
    ValueError,  # snappy, and bzip2 in some places
    OSError,  # bzip2
    EOFError,
    MemoryError,
)
"""What the decoders raise about damage."""


def codec_of(magic: bytes) -> Codec | None:
    """The kind of archive that begins with these `MAGIC_BYTES`; not to be a skippable frame."""
    for codec in CODECS:
        if magic.startswith(codec.magics):
            return codec
    return None
