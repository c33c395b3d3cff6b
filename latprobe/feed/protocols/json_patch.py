"""Other event times for one JSON frame."""

import re
from typing import Final

from latprobe.feed.importers.times import nanoseconds_from_number
from latprobe.feed.protocols.iso_time import iso_like, iso_ns
from latprobe.feed.protocols.json_frame import event_time_of, read_fields
from latprobe.feed.protocols.protocol import Patch, Restamped

_NUMBER_OF: Final = re.compile(rb'"(E|T|ts)"\s*:\s*(\d{1,19})(?=[\s,}])')
_TEXT_OF: Final = re.compile(rb'"timestamp"\s*:\s*"([^"\\]{19,40})"')


def restamp(payload: bytes, recv_ns: int, by_ns: int) -> Restamped | None:
    """Moves the event time, and `T` where it is no later: a later one is no time of the event."""
    del recv_ns
    frame, event = read_fields(payload)
    latest = event_time_of(frame, event)
    if not latest:
        return None
    if latest not in (event.E, event.T, frame.ts):
        return _moved_text(payload, frame.timestamp, by_ns)
    times = {b"E": event.E, b"T": event.T, b"ts": frame.ts if latest == frame.ts else 0}
    before_ns = after_ns = nanoseconds_from_number(latest)
    patches: dict[bytes, Patch] = {}
    for found in _NUMBER_OF.finditer(payload):
        name, value = found[1], int(found[2])
        if name in patches or not 0 < value == times[name] <= latest:
            continue
        moved = value + round(by_ns / (nanoseconds_from_number(value) // value))
        digits = b"%d" % moved
        if moved <= 0 or moved == value or len(digits) != len(found[2]):
            return None
        patches[name] = Patch(found.start(2), found[2], digits)
        if value == latest:
            after_ns = nanoseconds_from_number(moved)
    return Restamped(tuple(patches.values()), before_ns, after_ns) if patches else None


def _moved_text(payload: bytes, text: str, by_ns: int) -> Restamped | None:
    after = iso_like(text, by_ns)
    found = next((it for it in _TEXT_OF.finditer(payload) if it[1] == text.encode()), None)
    if after is None or found is None or len(after) != len(text) or not iso_ns(after):
        return None
    patch = Patch(found.start(1), found[1], after.encode())
    return Restamped((patch,), iso_ns(text), iso_ns(after))
