"""Archives of every kind that can be imported from."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from typing import Final

import cramjam
import lz4.frame  # type: ignore[import-untyped]
import zstandard


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _snappy(content: bytes) -> bytes:
    return bytes(cramjam.snappy.compress(content))


ARCHIVERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": _gzip,
    "zstd": zstandard.compress,
    "lz4": lz4.frame.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "snappy": _snappy,
}

SKIPPABLE_FRAME: Final = b"\x5a\x2a\x4d\x18\x03\x00\x00\x00abc"
"""A frame of zstd or lz4 that is to be passed over."""
