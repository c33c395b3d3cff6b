"""Small recordings of each format, made by hand or derived from made-up messages."""

import base64
import gzip
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from latprobe.feed.synth.synth import synth
from tests.dbn_files import mbo, metadata, record
from tests.feeds import columns_of
from tests.protobuf import delimited, number, text

START_NS = 1_704_207_600_000_000_000


def made_up(protocol: str, messages: int = 12) -> list[bytes]:
    """Payloads of a synthetic feed."""
    with tempfile.TemporaryDirectory(prefix="latprobe-test-") as folder:
        path = Path(folder) / "made.feed"
        synth(protocol, messages, 3, path)
        return [bytes(payload) for payload in columns_of(path)["payload"]]


def capture_log(frames: list[bytes]) -> bytes:
    """A capture log with a header, two connections, and every other frame in base64 of gzip."""
    lines: list[dict[str, object]] = [
        {"t": "header", "format": 2, "exchange": "VENUE"},
        {"t": "connect", "conn": "VENUE.ws.1", "ts": 1704207600.5, "addr": "wss://venue"},
        {"t": "send", "conn": "VENUE.ws.1", "ts": 1704207600.75, "data": "subscribe"},
    ]
    for index, frame in enumerate(frames):
        line: dict[str, object] = {"t": "recv", "conn": "VENUE.ws.1", "ts": 1704207601 + index}
        if index % 2:
            line["b64"] = base64.b64encode(gzip.compress(frame, mtime=0)).decode()
        else:
            line["data"] = frame.decode()
        lines.append(line)
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def fix_log(messages: list[bytes], separator: bytes) -> bytes:
    """A log with a time before each message."""
    return b"".join(
        b"2024-01-02 15:00:%02d,%03d IN %b\n"
        % (index % 60, index % 1000, message.replace(b"\x01", separator))
        for index, message in enumerate(messages)
    )


def csv_table(frames: list[bytes]) -> bytes:
    """A table whose last column has the frames, quoted."""
    return b"id,timestamp,payload\n" + b"".join(
        b'%d,%d,"%b"\n' % (index, START_NS + index, frame.replace(b'"', b'""'))
        for index, frame in enumerate(frames)
    )


def parquet_table(frames: list[bytes]) -> bytes:
    """The same as Parquet, in two row groups."""
    out = io.BytesIO()
    table = pa.table(
        {
            "timestamp": [START_NS + index for index in range(len(frames))],
            "payload": pa.array(frames, pa.binary()),
            "symbol": ["BTCUSDT"] * len(frames),
        }
    )
    pq.write_table(table, out, row_group_size=(len(frames) + 1) // 2)
    return out.getvalue()


def arrow_table(frames: list[bytes]) -> bytes:
    """The same as an Arrow file."""
    out = io.BytesIO()
    table = pq.read_table(io.BytesIO(parquet_table(frames)))
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def msgpack_stream(frames: list[bytes]) -> bytes:
    """Frames of JSON as MessagePack objects."""
    return b"".join(msgspec.msgpack.encode(msgspec.json.decode(frame)) for frame in frames)


def recordings() -> Iterator[tuple[str, bytes]]:
    """Format and content of recordings that are right, several of some formats."""
    frames, fix = made_up("json"), made_up("fix")
    yield "capture-log", capture_log(frames)
    yield "fix", fix_log(fix, b"|")
    yield "fix", fix_log(fix, b"^A")
    yield "fix", b"".join(fix)
    yield "dbn", metadata(1, schema="mbo") + mbo() * 12
    yield "dbn", metadata(3) + (mbo() + record(0, 48, receive_time_at=32)) * 6
    yield "msgpack", msgpack_stream(frames)
    yield "protobuf", delimited(*(number(1, START_NS) + text(2, it) for it in frames))
    yield "csv", csv_table(frames)
    yield "parquet", parquet_table(frames)
    yield "arrow", arrow_table(frames)
