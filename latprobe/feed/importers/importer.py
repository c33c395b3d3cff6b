"""What brings one format of recordings in: the place for every further format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from latprobe.feed.importers.source import Source
from latprobe.feed.messages import Block, Messages


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a recording does not say of itself, and its owner has to."""

    midnight_ns: int = 0
    """Nanoseconds from 1970 (UTC) to the midnight from which the recording counts its times."""


@dataclass(frozen=True, slots=True)
class Importer:
    """One format. Add it to `IMPORTERS` of this package, and everything else finds it there."""

    name: str
    """What `--format` calls it."""
    version: int
    """Raised when the same recording gives another feed than before."""
    protocol: str
    """Language of the payloads."""
    summary: str
    """One line for people."""
    recognises: Callable[[bytes], bool]
    """Whether a recording that begins with these bytes (at most `HEAD_BYTES`) is of this format."""
    read: Callable[[Source, ImportOptions], Iterator[Messages | Block]]
    """Reads a recording from start to end, holding a bounded part of it. A format that is read by
    native code gives blocks.

    Raises `FeedError` with the offset in the uncompressed content, and what was expected there.
    """
