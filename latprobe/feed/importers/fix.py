"""FIX tag=value messages, one a line, their fields ended by SOH.

The payload is the line without its line feed: whether body length and checksum are right is for
the code under test to say. The receive time is the sending time (tag 52), as UTC:
`20130714-18:02:12.729` with any fraction, or CME's `20130714180212729`. The channel is `fix`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.lines import read_lines, shown
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.times import NANOSECONDS_PER_SECOND, nanoseconds_from_datetime
from latprobe.feed.messages import Messages

CHANNEL: Final = "fix"
_SOH: Final = b"\x01"
_SENDING_TIME: Final = _SOH + b"52="
_CHECKSUM: Final = re.compile(rb"\x0110=\d{3}\x01?\Z")
_FIRST_FIELDS: Final = (b"8=", b"1128=")
_FRACTION_DIGITS: Final = 9
_CME_TIME: Final = re.compile(rb"(\d{8})(\d\d)(\d\d)(\d\d)(\d{0,9})\Z")
_FIX_TIME: Final = re.compile(rb"(\d{8})-(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?\Z")
_LAST_SECOND: Final = 60  # of a leap second


def _recognises(head: bytes) -> bool:
    line = head.lstrip().partition(b"\n")[0]
    return line.startswith(_FIRST_FIELDS) and _SOH in line


def _read(source: Source, options: ImportOptions) -> Iterator[Messages]:
    del options
    for part in read_lines(source):
        payloads: list[bytes] = []
        times: list[int] = []
        places: list[int] = []
        for place, line in zip(part.places(), part.lines, strict=True):
            message = line.removesuffix(b"\r")
            if not message.strip():
                continue
            recv_ns = _sending_time(message)
            if recv_ns is None or not message.startswith(_FIRST_FIELDS):
                source.bad(place, _problem(message), line)
                continue
            if not _CHECKSUM.search(message, len(message) - 8):
                source.bad(place, _problem(message), line)
                continue
            payloads.append(message)
            times.append(recv_ns)
            places.append(place)
        yield Messages(times, [CHANNEL] * len(payloads), payloads, places)


def _sending_time(message: bytes) -> int | None:
    """Sending time in nanoseconds since 1970; `None` if it is missing or no time."""
    start = message.find(_SENDING_TIME) + len(_SENDING_TIME)
    stop = message.find(_SOH, start)
    if start < len(_SENDING_TIME) or stop < 0:
        return None
    text = message[start:stop]
    match = _FIX_TIME.match(text) or _CME_TIME.match(text)
    if match is None:
        return None
    day, hour, minute, second, fraction = match.groups()
    midnight = _midnight(day)
    if midnight is None or int(hour) > 23 or int(minute) > 59 or int(second) > _LAST_SECOND:  # noqa: PLR2004
        return None
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
    digits = (fraction or b"")[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, b"0")
    return midnight + seconds * NANOSECONDS_PER_SECOND + int(digits)


@lru_cache(maxsize=64)
def _midnight(day: bytes) -> int | None:
    """Nanoseconds from 1970 to the start of `YYYYMMDD`; `None` if there is no such day."""
    year, month, day_of_month = int(day[:4]), int(day[4:6]), int(day[6:])
    try:
        moment = datetime(year, month, day_of_month, tzinfo=UTC)
    except ValueError:
        return None
    return nanoseconds_from_datetime(moment)


def _problem(message: bytes) -> str:
    found = shown(message)
    expected = "expected one FIX message with SOH after each field"
    if not message.startswith(_FIRST_FIELDS) or _SOH not in message:
        return f"{expected}, beginning with 8= or 1128=; found {found}"
    if _sending_time(message) is None:
        return f"{expected}, with its sending time in tag 52; found {found}"
    return f"{expected}, ending with 10= and three digits; found {repr(message[-12:])[1:]}"


FIX: Final = Importer(
    name="fix",
    version=1,
    protocol="fix",
    summary="FIX tag=value messages with SOH after each field, one a line",
    recognises=_recognises,
    read=_read,
    max_backwards_ns=None,  # sending times, of as many clocks as there are senders
)
