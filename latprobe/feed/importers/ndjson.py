"""Lines of JSON frames: `<time> <frame>`, or bare frames.

The first line that is not blank says which of the two a recording is. The payload is the frame
alone, byte for byte.

- With times: s, ms, µs or ns since 1970, told apart by magnitude, with or without a fraction.
- Bare: the frame's own event time `E` (of itself, or of its `data`) stands in for the receive
  time. A frame without one counts as received 1 ns after the frame before; the first, at 0.

The channel is the frame's `stream` where it has one, else `json`.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.lines import Lines, read_lines, shown
from latprobe.feed.importers.ndjson_alike import CHANNEL_WITHOUT_STREAM, Streamed, alike_block
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.times import nanoseconds_from_text
from latprobe.feed.messages import Block, Messages

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_EXPECTED_TIMED: Final = "expected `<time> <frame>`: a time in digits, then a JSON object or array"
_EXPECTED_BARE: Final = "expected a frame: a JSON object or array"
_EXPECTED_JSON: Final = "expected a whole JSON frame"
_BLANK: Final = b" \t\r"
# Text that is no UTF-8 is a ValueError, and nesting without an end a RecursionError.
_NOT_JSON: Final = (msgspec.MsgspecError, ValueError, RecursionError)
_ABSENT: Final = msgspec.Raw(b"null")


class _Event(msgspec.Struct):
    time: msgspec.Raw = msgspec.field(name="E", default=_ABSENT)
    data: msgspec.Raw = _ABSENT


_decode_streamed = msgspec.json.Decoder(Streamed).decode
_decode_event = msgspec.json.Decoder(_Event).decode
_skip = msgspec.json.Decoder(msgspec.Raw).decode


def _recognises(head: bytes) -> bool:
    line = head.removeprefix(_BYTE_ORDER_MARK).lstrip().partition(b"\n")[0]
    if line[:1] in (b"{", b"["):
        return True
    time, frame = _split(line)
    return nanoseconds_from_text(time) is not None and frame[:1] in (b"{", b"[")


def _read(source: Source, options: ImportOptions) -> Iterator[Messages | Block]:
    del options
    bare: bool | None = None
    last_ns = -1
    for part in read_lines(source):
        if part.offset == 0 and part.content.startswith(_BYTE_ORDER_MARK):
            content = part.content.removeprefix(_BYTE_ORDER_MARK)
            part = Lines(len(_BYTE_ORDER_MARK), content)  # noqa: PLW2901
        if bare is None:
            written = (line.lstrip() for line in part.lines if line.strip())
            bare = next((line.startswith((b"{", b"[")) for line in written), None)
        if bare:
            messages = _bare_messages(source, part, last_ns)
            last_ns = messages.recv_ns[-1] if messages.recv_ns else last_ns
            yield messages
        else:
            yield alike_block(part.offset, part.content) or _timed_messages(source, part)


def _timed_messages(source: Source, part: Lines) -> Messages:
    times: list[int] = []
    channels: list[str] = []
    frames: list[bytes] = []
    places: list[int] = []
    for place, line in zip(part.places(), part.lines, strict=True):
        time, _, frame = line.partition(b" ")
        if frame[:1] != b"{" or frame[-1:] == b"\r":
            if not line.strip():
                continue
            time, frame = _split(line)
        recv_ns = nanoseconds_from_text(time)
        if recv_ns is None or frame[:1] not in (b"{", b"["):
            source.bad(place, f"{_EXPECTED_TIMED}; found {shown(line)}", line)
            continue
        try:
            channels.append(_channel(frame))
        except _NOT_JSON as error:
            source.bad(place, f"{_EXPECTED_JSON}; found {shown(line)}: {error}", line)
            continue
        times.append(recv_ns)
        frames.append(frame)
        places.append(place)
    return Messages(times, channels, frames, places)


def _bare_messages(source: Source, part: Lines, last_ns: int) -> Messages:
    times: list[int] = []
    channels: list[str] = []
    frames: list[bytes] = []
    places: list[int] = []
    for place, line in zip(part.places(), part.lines, strict=True):
        frame = line.strip(_BLANK)
        if not frame:
            continue
        if frame[:1] not in (b"{", b"["):
            source.bad(place, f"{_EXPECTED_BARE}; found {shown(line)}", line)
            continue
        try:
            channels.append(_channel(frame))
            event_ns = _event_time(frame)
        except _NOT_JSON as error:
            source.bad(place, f"{_EXPECTED_JSON}; found {shown(line)}: {error}", line)
            continue
        last_ns = last_ns + 1 if event_ns is None else event_ns
        times.append(last_ns)
        frames.append(frame)
        places.append(place)
    return Messages(times, channels, frames, places)


def _split(line: bytes) -> tuple[bytes, bytes]:
    """Time and frame of a line with any blanks around them."""
    words = line.split(None, 1)
    time = words[0] if words else b""
    return time, words[1].rstrip(_BLANK) if len(words) > 1 else b""


def _channel(frame: bytes) -> str:
    """The channel of a frame, which is checked to be JSON as a whole on the way."""
    try:
        return _decode_streamed(frame).stream
    except msgspec.ValidationError:
        # JSON, but an array, or with something else than text as its `stream`.
        _skip(frame)
        return CHANNEL_WITHOUT_STREAM


def _event_time(frame: bytes | msgspec.Raw) -> int | None:
    """Event time in nanoseconds of a frame that is JSON; `None` if it has none."""
    try:
        event = _decode_event(frame)
    except msgspec.ValidationError:
        return None
    if event.time != _ABSENT:
        return nanoseconds_from_text(bytes(event.time).strip(b'"'))
    return _event_time(event.data) if event.data != _ABSENT else None


NDJSON: Final = Importer(
    name="ndjson",
    version=1,
    protocol="json",
    summary="lines of JSON frames, each with or without a receive time before it",
    recognises=_recognises,
    read=_read,
)
