"""Feeds for tests: recordings where they are, and small ones made by hand."""

import os
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pytest

REPOSITORY: Final = Path(__file__).resolve().parent.parent
RECORDINGS: Final = Path(os.environ.get("LATPROBE_FEEDS", REPOSITORY.parent / "shared" / "feeds"))
"""Folder of the recordings; they are no part of the project."""

TRADE: Final = (
    b'{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256322,'
    b'"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}'
)
"""A frame of a futures market, with a channel and an event time."""

SYSTEM_EVENT: Final = b"S" + bytes(4) + (3_600_000_000_123).to_bytes(6, "big") + b"O"
"""An ITCH 5.0 message of 12 bytes, one hour and 123 ns past midnight."""

ORDER_DELETE: Final = b"D" + bytes(4) + (3_600_000_000_456).to_bytes(6, "big") + bytes(8)
"""An ITCH 5.0 message of 19 bytes, 333 ns later."""

HEARTBEAT: Final = (
    b"8=FIX.4.4\x019=56\x0135=0\x0149=VENUE\x0156=LATPROBE\x0134=7\x01"
    b"52=20240102-15:00:00.250\x0110=161\x01"
)
"""A FIX message."""


def recording(name: str) -> Path:
    """Path of a recording; skips the test where it is absent."""
    path = RECORDINGS / name
    if not path.is_file():
        pytest.skip(f"the recording {name} is not in {RECORDINGS}; set LATPROBE_FEEDS")
    return path


def length_prefixed(*messages: bytes) -> bytes:
    """An ITCH file in which each message stands after its length."""
    return b"".join(len(message).to_bytes(2, "big") + message for message in messages)


def zero_prefixed(*messages: bytes) -> bytes:
    """An ITCH file in which each message stands after two zero bytes."""
    return b"".join(bytes(2) + message for message in messages)


def table_of(path: Path) -> pa.Table:
    """A feed as plain Arrow reads it, without latprobe."""
    with pa.OSFile(str(path), mode="r") as file:
        return pa.ipc.open_file(file).read_all()


def columns_of(path: Path) -> dict[str, list[Any]]:
    """All receive times (`recv_ns`), channels and payloads of a feed."""
    return table_of(path).to_pydict()


def write_table(
    path: Path,
    table: pa.Table,
    *,
    stream: bool = False,
    codec: Literal["lz4", "zstd"] | None = None,
) -> Path:
    """Writes an Arrow file or stream as another tool would; in batches of 100 messages."""
    options = pa.ipc.IpcWriteOptions(compression=codec)
    make = pa.ipc.new_stream if stream else pa.ipc.new_file
    with make(str(path), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=100)
    return path


def leftovers(folder: Path) -> list[str]:
    """Names of half-written files."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]
