"""Capture logs: one JSON object a line, which says what happened on a connection.

`t` says what: `recv` is a frame that was received, with the connection (`conn`), the time (`ts`, in
seconds) and the frame, as text (`data`) or as bytes (`b64`). Frames in gzip are expanded, as the
venue's client does before it reads them. Those are the messages. With `http`, the answers to HTTP
requests (`http`) are as well, in their places. All other lines are counted by what they are (what
was sent, the header, each connect), so that messages, counts and what was set aside add up to the
lines. A connection that is made again has a gap before it, and gaps are counted as well.

The channel is the frame's `stream` where it has one, else the connection. Times are exact: their
decimal digits never pass through a float. Messages are in the order of the lines, which may have
one connection after the other, so that times fall back where the next begins.
"""

import base64
import binascii
import zlib
from collections.abc import Iterator
from typing import Final

import msgspec

from latprobe.feed.format import CHANNEL_LIMIT, MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.lines import read_lines, shown
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.times import nanoseconds_from_text
from latprobe.feed.messages import Messages

_EXPECTED: Final = 'expected a line of a capture log, such as {"t":"recv","conn":…,"ts":…,"data":…}'
_RECEIVED: Final = "recv"
_HTTP: Final = "http"
_CONNECT: Final = "connect"
_KNOWN: Final = frozenset(
    {"header", _HTTP, _CONNECT, "connected", "disconnect", "close", "error", "send", _RECEIVED}
)
_KINDS: Final = 64
_KIND_LENGTH: Final = 32
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 31  # zlib's number for gzip with the largest window
_NOT_JSON: Final = (msgspec.MsgspecError, ValueError, RecursionError)


class _Line(msgspec.Struct):
    kind: str = msgspec.field(name="t")
    connection: str = msgspec.field(name="conn", default="")
    time: msgspec.Raw = msgspec.field(name="ts", default=msgspec.Raw(b""))
    data: str | None = None
    b64: str | None = None


class _Streamed(msgspec.Struct):
    stream: str = ""


class _Kind(msgspec.Struct):
    kind: str = msgspec.field(name="t")
    time: msgspec.Raw = msgspec.field(name="ts", default=msgspec.Raw(b""))
    format: msgspec.Raw = msgspec.Raw(b"")


_decode_line = msgspec.json.Decoder(_Line).decode
_decode_kind = msgspec.json.Decoder(_Kind).decode
_decode_stream = msgspec.json.Decoder(_Streamed).decode


class _LineError(Exception):
    """What is wrong with a line."""


def _recognises(head: bytes) -> bool:
    line, ended, _ = head.lstrip().partition(b"\n")
    if not ended and line.startswith(b'{"t":"header"'):
        return True
    try:
        first = _decode_kind(line)
    except _NOT_JSON:
        return False
    if first.kind == "header":
        return bool(bytes(first.format))
    return first.kind in _KNOWN and nanoseconds_from_text(bytes(first.time)) is not None


def _read(source: Source, options: ImportOptions) -> Iterator[Messages]:
    wanted = {_RECEIVED, _HTTP} if options.http else {_RECEIVED}
    connected: set[str] = set()
    for part in read_lines(source):
        times: list[int] = []
        channels: list[str] = []
        payloads: list[bytes] = []
        places: list[int] = []
        for place, text in zip(part.places(), part.lines, strict=True):
            if not text.strip():
                continue
            try:
                line = _decode_line(text)
                if line.kind not in wanted:
                    _count(source, line, connected)
                    continue
                time = _time(line)
                payload = _payload(line)
            except _LineError as problem:
                source.bad(place, f"{problem}; found {shown(text)}", text)
                continue
            except _NOT_JSON:
                source.bad(place, f"{_EXPECTED}; found {shown(text)}", text)
                continue
            times.append(time)
            channels.append(_channel(line, payload))
            payloads.append(payload)
            places.append(place)
        yield Messages(times, channels, payloads, places)


def _count(source: Source, line: _Line, connected: set[str]) -> None:
    name = f"{line.kind} lines"
    known = name in source.counts or len(source.counts) < _KINDS
    source.counts[name if known and len(line.kind) <= _KIND_LENGTH else "other lines"] += 1
    if line.kind == _CONNECT:
        source.counts["gaps (connected again)"] += line.connection in connected
        if len(connected) < CHANNEL_LIMIT:
            connected.add(line.connection)


def _time(line: _Line) -> int:
    recv_ns = nanoseconds_from_text(bytes(line.time))
    if recv_ns is None:
        raise _LineError(f"expected a `{line.kind}` line with its time in `ts`, seconds since 1970")
    return recv_ns


def _payload(line: _Line) -> bytes:
    if line.data is not None:
        return line.data.encode()
    if line.b64 is None:
        raise _LineError(f"expected a `{line.kind}` line with a frame in `data` or `b64`")
    try:
        frame = base64.b64decode(line.b64, validate=True)
    except binascii.Error as error:
        raise _LineError("expected base64 in `b64`") from error
    return _expanded(frame) if frame.startswith(_GZIP_MAGIC) else frame


def _expanded(frame: bytes) -> bytes:
    """A frame out of gzip, unless that is more than any message may be."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        content = unpacker.decompress(frame, MESSAGE_LIMIT_BYTES + 1)
    except zlib.error as error:
        raise _LineError("expected a sound gzip frame in `b64`") from error
    if len(content) > MESSAGE_LIMIT_BYTES:
        limit = f"{MESSAGE_LIMIT_BYTES:,} bytes"
        raise _LineError(f"expected a gzip frame in `b64` that unpacks to at most {limit}")
    if not unpacker.eof or unpacker.unused_data:
        raise _LineError("expected one whole gzip frame in `b64`")
    return content


def _channel(line: _Line, payload: bytes) -> str:
    if payload[:1] == b"{" and b'"stream"' in payload:
        try:
            stream = _decode_stream(payload).stream
        except _NOT_JSON:
            stream = ""
        if stream:
            return stream
    return line.connection or line.kind


CAPTURE_LOG: Final = Importer(
    name="capture-log",
    version=1,
    protocol="json",
    summary="lines of a capture log: what was received, sent and connected, as JSON objects",
    recognises=_recognises,
    read=_read,
    takes=frozenset({"http", "protocol"}),
    max_backwards_ns=None,  # connections may stand one after the other, each with its own times
)
