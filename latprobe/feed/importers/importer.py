"""What brings one format of recordings in: the place for every further format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from latprobe.feed.importers.capture_options import WHOLE_CAPTURE, CaptureOptions
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.times import NANOSECONDS_PER_SECOND
from latprobe.feed.messages import Block, Messages

MAX_BACKWARDS_NS: Final = NANOSECONDS_PER_SECOND
"""How far a receive time may fall back that one recorder's clock gave."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a recording does not say of itself, and its owner has to.

    Each importer names those that it takes in `Importer.takes`.
    """

    midnight_ns: int = 0
    """Nanoseconds from 1970 (UTC) to the midnight from which the recording counts its times."""
    protocol: str = ""
    """Language of the payloads; empty: what the importer knows or takes for granted."""
    http: bool = False
    """Whether the answers to HTTP requests in a capture log are messages as well."""
    check: bool = False
    """Whether a message whose own length or checksum is wrong is bad."""
    time_key: str = ""
    """Where the time of a message stands in it: keys, and places in arrays, joined by dots."""
    time_field: str = ""
    """The same by the field numbers of Protobuf messages."""
    start_ns: int = 0
    """Receive time of the first message where none has one."""
    interval_ns: int = 1
    """How much later each further message is received."""
    length_prefix: str = "varint"
    """How the length before each message is written: `varint`, `be32` or `le32`."""
    time_column: str = ""
    payload_column: str = ""
    channel_column: str = ""
    payload_encoding: str = "raw"
    """How a table writes payloads: `raw`, `base64` or `hex`."""
    capture: CaptureOptions = WHOLE_CAPTURE
    """What is wanted of a capture."""


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
    takes: frozenset[str] = frozenset()
    """Names of the fields of `ImportOptions` that it heeds."""
    protocol_of: Callable[[bytes], str] | None = None
    """Tells the protocol by the recording's beginning, where a format has several."""
