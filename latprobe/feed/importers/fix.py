"""FIX logs: tag=value messages, one or many a line, or without line ends.

A message begins with tag 8 (or 1128, as in CME's files) and ends with tag 10. Its fields end with
SOH, or with `|` or `^A` as logs write it, which becomes SOH in the payload: the first message says
which. Data fields (such as 95 and 96) are as long as the field before them says, whatever they
contain. Else the payload has the bytes of the log; whether body length and checksum are right is
for the code under test to say, unless `check` asks for it here.

Before the first message of a line may stand what a log puts there. If that has a date with a time,
or a number of seconds, ms, µs or ns since 1970, it is the receive time of the line's messages. Else
it is the sending time (tag 52), as UTC: `20130714-18:02:12.729` with any fraction, or CME's
`20130714180212729`. The channel is `fix`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.fix_check import wrong_in
from latprobe.feed.importers.fix_scan import SOH, Scanner
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.lines import shown
from latprobe.feed.importers.moments import (
    CALENDAR_TIME,
    EPOCH_TIME,
    clock_of,
    midnight_of,
    nanoseconds_from_calendar,
)
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.times import nanoseconds_from_text
from latprobe.feed.importers.windows import Window, read_windows
from latprobe.feed.messages import Messages

CHANNEL: Final = "fix"
_FIRST_FIELDS: Final = (b"8=", b"1128=")
_START: Final = re.compile(rb"(?<![0-9])(?:8=FIX|1128=[0-9A-Z])")
_SEPARATED: Final = re.compile(rb"(?:8|1128)=[^\x01|^\n]{1,24}?(\x01|\||\^A)\d+=")
_SENDING_TIME: Final = SOH + b"52="
_SENT: Final = re.compile(rb"(\d{8})-?(\d\d):?(\d\d):?(\d\d)(?:\.?(\d{1,12}))?")
_BLANK: Final = re.compile(rb"[ \t\r\n]*")
# What a log may write after a message: quotes and brackets around it.
_LOG_MARKS: Final = re.compile(rb"[\])}>\"',;. \t\r\n]{1,16}")
_TIME_WITHIN: Final = 256
"""Bytes of a line in which its time is looked for."""


def _recognises(head: bytes) -> bool:
    line = head.lstrip().partition(b"\n")[0]
    return _first_separator(line) is not None


def _first_separator(content: bytes) -> bytes | None:
    for start in _START.finditer(content):
        if found := _SEPARATED.match(content, start.start()):
            return found[1]
    found = _SEPARATED.match(content.lstrip())
    return found[1] if found else None


def _read(source: Source, options: ImportOptions) -> Iterator[Messages]:
    separator = _first_separator(source.head()) or SOH
    log = _Log(source, separator, check=options.check)
    for window in read_windows(source):
        yield log.messages(window)


class _Log:
    """A log being read: between two windows it may be anywhere in a line."""

    def __init__(self, source: Source, separator: bytes, *, check: bool) -> None:
        self._source = source
        self._separator = separator
        self._check = check
        self._line_ns: int | None = None
        """Receive time that stands before the messages of this line."""
        self._within_line = False
        """Whether a message of this line was read."""

    def messages(self, window: Window) -> Messages:
        """The whole messages of a window."""
        content = window.content
        scanner = Scanner(self._separator, content, last=window.last)
        times: list[int] = []
        payloads: list[bytes] = []
        places: list[int] = []
        while True:
            self._pass_blank(window)
            start = self._start(window, scanner)
            if start is None:
                break
            ending = scanner.ending(start)
            if ending is None:
                break
            if start > window.used:
                self._line_ns = _time_in(content[window.used : start])
            payload = b"" if ending.problem else scanner.sealed(start, ending)
            recv_ns = _sending_time(payload) if self._line_ns is None else self._line_ns
            problem = ending.problem or self._problem(payload, recv_ns, scanner)
            if problem or recv_ns is None:
                self._bad(window, start, ending.stop, problem)
            else:
                times.append(recv_ns)
                payloads.append(payload)
                places.append(window.offset + start)
            window.used = ending.stop
            self._within_line = True
        return Messages(times, [CHANNEL] * len(payloads), payloads, places)

    def _pass_blank(self, window: Window) -> None:
        """Passes over blanks. A line that begins has no time yet."""
        found = _BLANK.match(window.content, window.used)
        assert found is not None
        before = window.content[window.used - 1 : window.used] if window.used else b""
        if before == b"\n" or b"\n" in found[0]:
            self._line_ns, self._within_line = None, False
        window.used = found.end()

    def _start(self, window: Window, scanner: Scanner) -> int | None:
        """Where the next message begins; passes over lines that have none.

        `None` if that is not in the content yet.
        """
        content = window.content
        while window.used < len(content):
            place = window.used
            if content.startswith(_FIRST_FIELDS, place):
                return place
            stop = scanner.line_end(place)
            if found := _START.search(content, place, stop):
                return found.start()
            ended = content[stop - 1 : stop] == b"\n"
            if not ended and not window.last and stop - place <= MESSAGE_LIMIT_BYTES:
                return None
            if not (self._within_line and _LOG_MARKS.fullmatch(content, place, stop)):
                expected = f"{scanner.expected}, beginning with 8= or 1128="
                if stop - place > MESSAGE_LIMIT_BYTES:
                    expected = f"expected a line of at most {MESSAGE_LIMIT_BYTES:,} bytes"
                self._bad(window, place, stop, expected)
            window.used = stop
            self._pass_blank(window)
        return None

    def _problem(self, payload: bytes, recv_ns: int | None, scanner: Scanner) -> str:
        if recv_ns is None:
            return f"{scanner.expected}, with its sending time in tag 52"
        return (wrong_in(payload) or "") if self._check else ""

    def _bad(self, window: Window, start: int, stop: int, problem: str) -> None:
        content = window.content[start : min(stop, start + MESSAGE_LIMIT_BYTES)].removesuffix(b"\n")
        found = "" if "; found" in problem else f"; found {shown(content)}"
        self._source.bad(window.offset + start, problem + found, content)


def _time_in(prefix: bytes) -> int | None:
    """The time that stands in what a log writes before a message."""
    words = prefix[:_TIME_WITHIN]
    if found := CALENDAR_TIME.search(words):
        return nanoseconds_from_calendar(found)
    found = EPOCH_TIME.search(words)
    return nanoseconds_from_text(found[0]) if found else None


def _sending_time(message: bytes) -> int | None:
    """Sending time in nanoseconds since 1970; `None` if it is missing or no time."""
    start = message.find(_SENDING_TIME) + len(_SENDING_TIME)
    stop = message.find(SOH, start)
    if start < len(_SENDING_TIME) or stop < 0:
        return None
    return _time_sent(message[start:stop])


@lru_cache(maxsize=4096)
def _time_sent(text: bytes) -> int | None:
    """Of a burst, many messages were sent at the same time."""
    found = _SENT.fullmatch(text)
    if found is None:
        return None
    day, hour, minute, second, fraction = found.groups()
    midnight_ns, clock_ns = midnight_of(day), clock_of(hour, minute, second, fraction)
    return None if midnight_ns is None or clock_ns is None else midnight_ns + clock_ns


FIX: Final = Importer(
    name="fix",
    version=2,
    protocol="fix",
    summary="FIX tag=value messages, with SOH, | or ^A after each field, as logs have them",
    recognises=_recognises,
    read=_read,
    max_backwards_ns=None,  # sending times, of as many clocks as there are senders
    takes=frozenset({"check", "protocol"}),
)
