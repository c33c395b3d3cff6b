"""Record batches into an Arrow IPC file that carries the digest of its own payloads.

The schema, with the digest in its metadata, stands at the start of the file and once more in its
footer, while the digest is known only at the end. So a random stand-in of the same length is
written first, and replaced in both places before the file gets its name.
"""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from latprobe.errors import FeedError
from latprobe.feed.format import FILE_MAGIC, FeedNotes, schema_with
from latprobe.feed.whole_file import WholeFile

_STAND_IN_BYTES: Final = 32
# Magic and padding, then the continuation marker and the length of the schema message.
_SCHEMA_LENGTH_AT: Final = 12
_SCHEMA_AT: Final = 16
# At the end of the file: the footer's length (4 bytes), then the magic.
_TAIL_BYTES: Final = 4 + len(FILE_MAGIC)


class FeedFile:
    """A feed file being written; `notes.sha256` is filled in when it is committed.

    Raises:
        FeedError: The place cannot be written to.
    """

    def __init__(self, path: Path, notes: FeedNotes) -> None:
        self._stand_in = secrets.token_hex(_STAND_IN_BYTES)
        self.schema = schema_with(replace(notes, sha256=self._stand_in))
        self._file = WholeFile(path)
        self._sink = pa.PythonFile(self._file.handle, mode="w")
        options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
        self._writer = pa.ipc.new_file(self._sink, self.schema, options=options)

    @property
    def passing_path(self) -> Path:
        """Where the file is until it is committed."""
        return self._file.passing_path

    def write(
        self, recv_ns: "pa.Array[Any]", channels: "pa.Array[Any]", payloads: "pa.Array[Any]"
    ) -> None:
        """Writes one record batch. Channels that were not seen before add to the dictionary."""
        batch = pa.RecordBatch.from_arrays([recv_ns, channels, payloads], schema=self.schema)
        self._writer.write_batch(batch)

    def finish(self) -> None:
        """Writes the footer; the file is complete but for its digest and its name."""
        self._writer.close()
        self._file.handle.flush()

    def commit(self, sha256: str) -> None:
        """Puts the digest in its places, and the finished file in its own."""
        handle = self._file.handle
        handle.seek(_SCHEMA_LENGTH_AT)
        self._fill_in(_SCHEMA_AT, int.from_bytes(handle.read(4), "little"), sha256)
        end = handle.seek(0, 2)
        handle.seek(end - _TAIL_BYTES)
        footer_bytes = int.from_bytes(handle.read(4), "little")
        self._fill_in(end - _TAIL_BYTES - footer_bytes, footer_bytes, sha256)
        self._file.commit()

    def discard(self) -> None:
        """Leaves nothing behind."""
        self._file.discard()

    def _fill_in(self, position: int, length: int, sha256: str) -> None:
        handle = self._file.handle
        handle.seek(position)
        before, stand_in, after = handle.read(length).partition(self._stand_in.encode())
        if not stand_in or self._stand_in.encode() in after:
            raise FeedError(self._file.path, position, "expected one digest in the schema")
        handle.seek(position + len(before))
        handle.write(sha256.encode())
