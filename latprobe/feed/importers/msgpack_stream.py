"""MessagePack streams: objects one after the other, each a map or an array.

The payload is an object as it stands. The receive time is what stands in it at `time_key`: a number
of s, ms, µs or ns since 1970, text, or a timestamp of MessagePack's own. Without a key, times are
steps: from `start_ns`, one `interval_ns` apart. The channel is `msgpack`.

Where an object ends, only reading it tells. So a stream that is damaged cannot be read on, even
where bad messages are set aside.
"""

from collections.abc import Iterator
from typing import Final

import msgpack  # type: ignore[import-untyped]

from latprobe.errors import FeedError
from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.lines import shown
from latprobe.feed.importers.msgpack_time import time_reader
from latprobe.feed.importers.payload_clock import PayloadClock, TimeOf
from latprobe.feed.importers.source import HEAD_BYTES, Source
from latprobe.feed.messages import Messages

CHANNEL: Final = "msgpack"
_EXPECTED: Final = "expected a MessagePack object, a map or an array"
_TOO_LONG: Final = f"{_EXPECTED}, of at most {MESSAGE_LIMIT_BYTES:,} bytes; found a longer one"
_MAPS: Final = frozenset((*range(0x80, 0x90), 0xDE, 0xDF))
_ARRAYS: Final = frozenset((*range(0x90, 0xA0), 0xDC, 0xDD))
_CONTAINERS: Final = _MAPS | _ARRAYS
_EMPTY: Final = (0x80, 0x90)
_TEXT_KEYS: Final = frozenset((*range(0xA0, 0xC0), 0xD9))
_DAMAGED: Final = (msgpack.UnpackException, ValueError, RecursionError, MemoryError)


def _recognises(head: bytes) -> bool:
    """Whole objects of one kind, of which the first says that it is no accident."""
    if not head or head[0] in _EMPTY or head[0] not in _CONTAINERS:
        return False
    kind = _MAPS if head[0] in _MAPS else _ARRAYS
    unpacker = _unpacker()
    unpacker.feed(head)
    ends: list[int] = []
    try:
        while not ends or ends[-1] < len(head):
            if ends and head[ends[-1]] not in kind:
                return False
            unpacker.skip()
            ends.append(unpacker.tell())
    except msgpack.OutOfData:
        pass
    except _DAMAGED:
        return False
    # A map whose first key is text hardly comes about by chance, an array of numbers may.
    keyed = kind is _MAPS and ends and head[0] < 0x90 and head[1] in _TEXT_KEYS  # noqa: PLR2004
    alone = ends == [len(head)] and len(head) < HEAD_BYTES
    return len(ends) > 1 or bool(keyed) or alone


def _read(source: Source, options: ImportOptions) -> Iterator[Messages]:
    clock = PayloadClock(source, options, _time_of(source, options), "--time-key")
    for payloads, places in _objects(source):
        yield clock.messages(CHANNEL, payloads, places)


def _time_of(source: Source, options: ImportOptions) -> TimeOf | None:
    try:
        return time_reader(options.time_key) if options.time_key else None
    except ValueError as error:
        raise FeedError(source.path, None, f"--time-key {options.time_key}: {error}") from error


def _objects(source: Source) -> Iterator[tuple[list[bytes], list[int]]]:
    """The whole objects of each chunk, and where each begins."""
    unpacker = _unpacker()
    rest, offset = b"", 0
    for chunk in source.chunks():
        unpacker.feed(chunk)
        content = rest + chunk
        payloads: list[bytes] = []
        places: list[int] = []
        failure: FeedError | None = None
        try:
            for start, stop in _spans(source, unpacker, content, offset):
                payloads.append(content[start:stop])
                places.append(offset + start)
        except FeedError as error:
            failure = error
        # What is wrong with an earlier object is said first.
        yield payloads, places
        if failure:
            raise failure
        used = sum(map(len, payloads))
        rest = content[used:]
        offset += used
        if len(rest) > MESSAGE_LIMIT_BYTES:
            raise source.fail(offset, _TOO_LONG)
    if rest:
        problem = f"expected a whole MessagePack object; found the first {len(rest):,} bytes of one"
        source.bad(offset, problem, rest)


def _spans(
    source: Source, unpacker: "msgpack.Unpacker", content: bytes, offset: int
) -> Iterator[tuple[int, int]]:
    """Where each whole object of the content begins and ends."""
    start = 0
    while start < len(content):
        if content[start] not in _CONTAINERS:
            raise source.fail(offset + start, f"{_EXPECTED}; found {shown(content[start:])}")
        try:
            unpacker.skip()
        except msgpack.OutOfData:
            return
        except _DAMAGED as error:
            raise source.fail(offset + start, _problem(error, content[start:])) from error
        stop = unpacker.tell() - offset
        if stop - start > MESSAGE_LIMIT_BYTES:
            raise source.fail(offset + start, _TOO_LONG)
        yield start, stop
        start = stop


def _unpacker() -> "msgpack.Unpacker":
    # How much is held is limited here, object by object.
    return msgpack.Unpacker(max_buffer_size=0)


def _problem(error: BaseException, content: bytes) -> str:
    kinds = {"FormatError": "a byte that begins no object", "StackError": "nesting too deep"}
    what = kinds.get(type(error).__name__, type(error).__name__)
    return f"{_EXPECTED}; found {what} in {shown(content)}"


MSGPACK: Final = Importer(
    name="msgpack",
    version=1,
    protocol="msgpack",
    summary="MessagePack objects one after the other",
    recognises=_recognises,
    read=_read,
    takes=frozenset({"time_key", "start_ns", "interval_ns", "protocol"}),
)
