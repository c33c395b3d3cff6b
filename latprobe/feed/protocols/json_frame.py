"""The few fields of a JSON frame that say what it is, when it was and which number it has."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from latprobe.feed.importers.times import nanoseconds_from_number
from latprobe.feed.protocols.protocol import NO_TIME, UNKNOWN_KIND

_ABSENT: Final = -(2**63)
_NO_RAW: Final = msgspec.Raw()
_INT64_LIMIT: Final = 2**63
_LONGEST_KIND: Final = 64
_RISING: Final = "bookTicker"
# Text that is no UTF-8 is a ValueError, and nesting without an end a RecursionError.
_NOT_JSON: Final = (msgspec.MsgspecError, ValueError, RecursionError)


class Fields(msgspec.Struct):
    """What is read of a frame, and of the event in its `data`."""

    e: str = ""
    E: int = _ABSENT
    T: int = _ABSENT
    s: str = ""
    U: int = _ABSENT
    u: int = _ABSENT
    pu: int = _ABSENT
    t: int = _ABSENT
    # A number in an aggregate trade, but a price or a list elsewhere.
    a: msgspec.Raw = _NO_RAW
    type: str = ""
    channel: str = ""
    event: str = ""
    stream: str = ""
    data: "Fields | None" = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """The sequence numbers that a frame covers."""

    series: str
    gapless: bool
    first: int
    last: int


_decode = msgspec.json.Decoder(Fields).decode
_decode_any = msgspec.json.Decoder().decode
_INTEGERS: Final = ("E", "T", "U", "u", "pu", "t")
_TEXTS: Final = ("e", "s", "type", "channel", "event", "stream")


def read_fields(payload: bytes | memoryview) -> tuple[Fields, Fields]:
    """A frame, and the event in it: its `data`, or itself. Without fields if it is no JSON."""
    try:
        frame = _decode(payload)
    except _NOT_JSON:
        frame = _tolerant(payload)
    return frame, frame.data or frame


def kind_of(frame: Fields, event: Fields) -> str:
    """What a frame says it is."""
    told = event.e or event.type or event.channel or event.event
    if not told and frame is not event:
        told = frame.type or frame.channel or frame.event
    if not told:
        told = frame.stream.partition("@")[2]
    return told[:_LONGEST_KIND] or UNKNOWN_KIND


def event_ns_of(event: Fields) -> int:
    """Its event time in nanoseconds since 1970, or `NO_TIME`."""
    time = event.E if event.E > 0 else event.T
    return min(nanoseconds_from_number(time), _INT64_LIMIT - 1) if time > 0 else NO_TIME


def numbered(kind: str, event: Fields) -> Numbered | None:
    """The sequence numbers of an event; `None` if it has none."""
    if kind == "depthUpdate" and event.u >= 0:
        first = event.pu + 1 if event.pu >= 0 else event.U
        if 0 <= first <= event.u:
            return Numbered(f"{event.s} {kind}", True, first, event.u)
    elif kind == "trade" and event.t >= 0:
        return Numbered(f"{event.s} {kind}", True, event.t, event.t)
    elif kind == "aggTrade" and 0 < len(bytes(event.a)) < 19 and bytes(event.a).isdigit():  # noqa: PLR2004
        number = int(bytes(event.a))
        return Numbered(f"{event.s} {kind}", True, number, number)
    elif kind == _RISING and event.u >= 0:
        return Numbered(f"{event.s} {kind}", False, event.u, event.u)
    return None


def _tolerant(payload: bytes | memoryview) -> Fields:
    """The fields of a frame in which some have other types than those of Binance."""
    try:
        value = _decode_any(payload)
    except _NOT_JSON:
        return Fields()
    if not isinstance(value, dict):
        return Fields()
    fields = _known(value)
    data = value.get("data")
    if isinstance(data, dict):
        fields.data = _known(data)
    return fields


def _known(value: dict[str, Any]) -> Fields:
    fields = Fields()
    for name in _INTEGERS:
        found = value.get(name)
        if type(found) is int and 0 <= found < _INT64_LIMIT:
            setattr(fields, name, found)
    for name in _TEXTS:
        found = value.get(name)
        if isinstance(found, str):
            setattr(fields, name, found)
    return fields
