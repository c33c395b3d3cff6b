"""A word of memory that two processes see."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap
from typing import Final

WORD_BYTES: Final = 8


@contextmanager
def shared_word(name: str, value: int) -> Iterator[tuple[int, mmap]]:
    """A word that starts at `value`, with a descriptor to hand to another process.

    In memory and not in a file, whose pages the kernel takes away to write them to the disk.
    """
    descriptor = os.memfd_create(f"latprobe-{name}")
    try:
        os.ftruncate(descriptor, WORD_BYTES)
        with mmap(descriptor, WORD_BYTES) as word:
            word[:] = value.to_bytes(WORD_BYTES, sys.byteorder)
            yield descriptor, word
    finally:
        os.close(descriptor)
