"""The few fields of a JSON frame that say what it is, when it was and which number it has."""

from typing import Any, Final

import msgspec

from latprobe.feed.protocols.iso_time import iso_ns
from latprobe.feed.protocols.protocol import UNKNOWN_KIND

_ABSENT: Final = -(2**63)
_NO_RAW: Final = msgspec.Raw()
_INT64_LIMIT: Final = 2**63
LONGEST_KIND: Final = 64
"""Characters of a kind; what follows is cut."""
_MOST_DIGITS: Final = 18
_RISING: Final = "bookTicker"
_MARKET: Final = "market."
_KRAKEN_FIELDS: Final = 4
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
    ch: str = ""
    ts: int = _ABSENT
    timestamp: str = ""
    sequence_num: int = _ABSENT
    stream: str = ""
    data: "Fields | None" = None


_decode = msgspec.json.Decoder(Fields).decode
_decode_any = msgspec.json.Decoder().decode
_INTEGERS: Final = ("E", "T", "U", "u", "pu", "t", "ts", "sequence_num")
_TEXTS: Final = ("e", "s", "type", "channel", "event", "ch", "timestamp", "stream")


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
    if not told and frame.ch.startswith(_MARKET):
        told = frame.ch[len(_MARKET) :].partition(".")[2]
    if not told:
        told = frame.stream.partition("@")[2]
    return told[:LONGEST_KIND] or UNKNOWN_KIND


def event_time_of(frame: Fields, event: Fields) -> int:
    """Its event time in the frame's own unit since 1970; 0 if it has none."""
    for time in (event.E, event.T, frame.ts):
        if time > 0:
            return time
    return iso_ns(frame.timestamp) if frame.timestamp else 0


def numbers_of(kind: str, event: Fields) -> tuple[int, int] | None:
    """The first and last sequence number that an event covers; `None` if it has none."""
    if kind == _RISING:
        return (event.u, event.u) if event.u >= 0 else None
    if kind == "trade" and event.t >= 0:
        return event.t, event.t
    if kind == "depthUpdate":
        first = event.pu + 1 if event.pu >= 0 else event.U
        return (first, event.u) if 0 <= first <= event.u else None
    if kind == "aggTrade":
        digits = bytes(event.a)
        number = int(digits) if len(digits) <= _MOST_DIGITS and digits.isdigit() else None
        return None if number is None else (number, number)
    return (event.sequence_num, event.sequence_num) if event.sequence_num >= 0 else None


def series_of(kind: str, event: Fields) -> str:
    """What those numbers count."""
    return "sequence_num" if event.sequence_num >= 0 else f"{event.s} {kind}".strip()


def is_gapless(kind: str) -> bool:
    """Whether the numbers of a kind follow each other without a gap."""
    return kind != _RISING


def _tolerant(payload: bytes | memoryview) -> Fields:
    """The fields of a frame in which some have other types than those of Binance."""
    try:
        value = _decode_any(payload)
    except _NOT_JSON:
        return Fields()
    if isinstance(value, list) and len(value) >= _KRAKEN_FIELDS:
        name, pair = value[-2:]
        return Fields(type=name) if isinstance(name, str) and isinstance(pair, str) else Fields()
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
