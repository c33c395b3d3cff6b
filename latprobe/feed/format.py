"""What a feed file is: an Arrow IPC file with three columns and five notes in its schema.

Source of the container: Apache Arrow columnar format, "IPC File Format".
"""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

RECV_NS: Final = "recv_ns"
"""When a message was received: nanoseconds since 1970 (UTC), int64."""
CHANNEL: Final = "channel"
"""Where it came from (a stream, a session, a group): text from a dictionary."""
PAYLOAD: Final = "payload"
"""Its bytes, as the code under test would get them: large_binary."""

FILE_MAGIC: Final = b"ARROW1"
"""First and last bytes of an Arrow IPC file."""
STREAM_MAGIC: Final = b"\xff\xff\xff\xff"
"""First bytes of an Arrow IPC stream, which has no table of its batches."""

BATCH_MESSAGES: Final = 65_536
"""Most messages in one record batch."""
BATCH_PAYLOAD_BYTES: Final = 8 * 2**20
"""Most payload bytes in one record batch, unless one message alone is larger."""
MESSAGE_LIMIT_BYTES: Final = 16 * 2**20
"""Largest message that is imported: what is longer is taken for a damaged source."""
CHANNEL_LIMIT: Final = 65_536
"""Most channels in one feed."""
CHANNEL_LIMIT_BYTES: Final = 1024
"""Longest name of a channel."""

JOURNAL: Final = b"latprobe.journal"
"""Key of a schema's metadata that tells a recording that was not ended from other streams."""

_PREFIX: Final = "latprobe."


@dataclass(frozen=True, slots=True)
class FeedNotes:
    """What a feed says of itself in its schema's metadata; a note that is absent reads as empty."""

    protocol: str
    """Language of the payloads: `json`, `itch50`, `fix`."""
    source: str
    """Where the messages are from, in words. Begins with `synthetic` where they were made up."""
    importer: str
    """What wrote the feed: name and version."""
    sha256: str
    """Hexadecimal SHA-256 of all payloads, one after the other."""
    recording: str = ""
    """Of a feed that latprobe has recorded: how, and what is missing; see `Recording`."""


def schema_with(notes: FeedNotes) -> pa.Schema:
    """The schema of a feed that carries `notes`."""
    metadata: dict[bytes | str, bytes | str] = {
        _PREFIX + "protocol": notes.protocol,
        _PREFIX + "source": notes.source,
        _PREFIX + "importer": notes.importer,
        _PREFIX + "sha256": notes.sha256,
    }
    if notes.recording:
        metadata[_PREFIX + "recording"] = notes.recording
    return pa.schema(
        [
            pa.field(RECV_NS, pa.int64(), nullable=False),
            pa.field(CHANNEL, pa.dictionary(pa.int32(), pa.string()), nullable=False),
            pa.field(PAYLOAD, pa.large_binary(), nullable=False),
        ],
        metadata=metadata,
    )


def notes_of(schema: pa.Schema) -> FeedNotes:
    """The notes in a schema, written by latprobe or by another tool."""
    metadata = schema.metadata or {}

    def note(name: str) -> str:
        return metadata.get((_PREFIX + name).encode(), b"").decode("utf-8", "replace")

    names = ("protocol", "source", "importer", "sha256", "recording")
    return FeedNotes(*map(note, names))
