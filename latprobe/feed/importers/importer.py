"""What brings one format of recordings in: the place for every further format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from latprobe.feed.importers.source import Source
from latprobe.feed.importers.times import NANOSECONDS_PER_SECOND
from latprobe.feed.messages import Block, Messages

MAX_BACKWARDS_NS: Final = NANOSECONDS_PER_SECOND
"""How far a receive time may fall back that one recorder's clock gave."""


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
    max_backwards_ns: int | None = MAX_BACKWARDS_NS
    """How far a receive time may fall back behind that of the message before, unless the user says
    otherwise: `MAX_BACKWARDS_NS` where one recorder's clock gave the times; `None` for any distance
    where many senders' did, whose order says nothing about the recording."""
