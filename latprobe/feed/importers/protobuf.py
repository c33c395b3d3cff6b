"""Length-delimited Protobuf: each message after its length, a varint or a fixed integer.

The payload is a message without its length, as it stands. The receive time is that at
`time_field`, a path of field numbers; without one, times are steps: from `start_ns`, one
`interval_ns` apart. The channel is `protobuf`.

A length that cannot be leaves no way to find the next message, even where bad ones are set aside.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.payload_clock import PayloadClock
from latprobe.feed.importers.protobuf_fields import is_message, time_at, varint
from latprobe.feed.importers.source import HEAD_BYTES, Source
from latprobe.feed.importers.windows import Window, read_windows
from latprobe.feed.messages import Messages

CHANNEL: Final = "protobuf"
_FIXED_BYTES: Final = 4
_RECOGNISED_BY_MESSAGES: Final = 2
_LARGEST_FIELD_NUMBER: Final = 2**29 - 1
_DIGITS: Final = 10

Prefix = Callable[[bytes, int], tuple[int, int] | None]
"""Reads a length at a place: the length and where it ends; `None` if that is not there yet."""


def _recognises(head: bytes) -> bool:
    """Messages whose fields fill them exactly, each after its length."""
    place, messages = 0, 0
    while place < len(head):
        try:
            prefix = varint(head, place)
        except ValueError:
            return False
        if prefix is None or prefix[1] + prefix[0] > len(head):
            break
        size, start = prefix
        if not is_message(head[start : start + size]) or not (size or messages):
            return False
        messages += 1
        place = start + size
    alone = messages == 1 and place == len(head) < HEAD_BYTES
    return messages >= _RECOGNISED_BY_MESSAGES or alone


def _read(source: Source, options: ImportOptions) -> Iterator[Messages]:
    path = _path(source, options)
    time_of = partial(time_at, path=path) if path else None
    clock = PayloadClock(source, options, time_of, "--time-field")
    prefix = _PREFIXES[options.length_prefix]
    for window in read_windows(source):
        payloads: list[bytes] = []
        places: list[int] = []
        failure: FeedError | None = None
        try:
            for place, payload in _messages(source, window, prefix):
                payloads.append(payload)
                places.append(place)
        except FeedError as error:
            failure = error
        # What is wrong with an earlier message is said first.
        yield clock.messages(CHANNEL, payloads, places)
        if failure:
            raise failure
        rest = window.content[window.used :]
        if window.last and rest:
            problem = f"expected a whole message; found the first {len(rest):,} bytes of one"
            source.bad(window.offset + window.used, problem, rest)


def _path(source: Source, options: ImportOptions) -> list[int]:
    if not options.time_field:
        return []
    parts = options.time_field.split(".")
    numbers = [int(part) if part.isdecimal() and len(part) < _DIGITS else 0 for part in parts]
    if not all(0 < number <= _LARGEST_FIELD_NUMBER for number in numbers):
        problem = f"--time-field {options.time_field}: expected field numbers joined by dots"
        raise FeedError(source.path, None, problem)
    return numbers


def _messages(source: Source, window: Window, prefix: Prefix) -> Iterator[tuple[int, bytes]]:
    """The whole messages of a window, and where the length of each begins."""
    content = window.content
    place = 0
    while place < len(content):
        try:
            found = prefix(content, place)
        except ValueError as error:
            problem = f"expected the length of a message; found {error}"
            raise source.fail(window.offset + place, problem) from error
        if found is None:
            break
        size, start = found
        if size > MESSAGE_LIMIT_BYTES:
            expected = f"expected the length of a message, at most {MESSAGE_LIMIT_BYTES:,} bytes"
            raise source.fail(window.offset + place, f"{expected}; found {size:,}")
        if start + size > len(content):
            break
        yield window.offset + place, content[start : start + size]
        place = start + size
        window.used = place


def _big_endian(content: bytes, place: int) -> tuple[int, int] | None:
    stop = place + _FIXED_BYTES
    return (int.from_bytes(content[place:stop], "big"), stop) if stop <= len(content) else None


def _little_endian(content: bytes, place: int) -> tuple[int, int] | None:
    stop = place + _FIXED_BYTES
    return (int.from_bytes(content[place:stop], "little"), stop) if stop <= len(content) else None


_PREFIXES: Final[dict[str, Prefix]] = {
    "varint": varint,
    "be32": _big_endian,
    "le32": _little_endian,
}

PROTOBUF: Final = Importer(
    name="protobuf",
    version=1,
    protocol="protobuf",
    summary="Protobuf messages, each after its length",
    recognises=_recognises,
    read=_read,
    takes=frozenset({"time_field", "length_prefix", "start_ns", "interval_ns", "protocol"}),
)
