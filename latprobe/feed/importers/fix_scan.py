"""Where one FIX message of a log ends, and what it says of itself.

Fields end with a separator: SOH, or what a log writes for it (`|`, `^A`). A data field may contain
separators, and line ends: its length stands in the field before it.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from latprobe.feed.format import MESSAGE_LIMIT_BYTES

if TYPE_CHECKING:
    import numpy.typing as npt

SOH: Final = b"\x01"
SEPARATORS: Final = (SOH, b"|", b"^A")

# FIX 5.0 SP2 and FIXT 1.1, "Field Dictionary": fields of type data, by the field with their length.
_DATA_TAGS: Final = {
    b"90": b"91",  # SecureData
    b"93": b"89",  # Signature
    b"95": b"96",  # RawData
    b"212": b"213",  # XmlData
    b"348": b"349",  # EncodedIssuer
    b"350": b"351",  # EncodedSecurityDesc
    b"352": b"353",  # EncodedListExecInst
    b"354": b"355",  # EncodedText
    b"356": b"357",  # EncodedSubject
    b"358": b"359",  # EncodedHeadline
    b"360": b"361",  # EncodedAllocText
    b"362": b"363",  # EncodedUnderlyingIssuer
    b"364": b"365",  # EncodedUnderlyingSecurityDesc
    b"445": b"446",  # EncodedListStatusText
    b"618": b"619",  # EncodedLegIssuer
    b"621": b"622",  # EncodedLegSecurityDesc
    b"1184": b"1185",  # SecurityXML
    b"1277": b"1278",  # DerivativeEncodedIssuer
    b"1280": b"1281",  # DerivativeEncodedSecurityDesc
    b"1397": b"1398",  # EncodedMktSegmDesc
    b"1401": b"1402",  # EncryptedPassword
    b"1403": b"1404",  # EncryptedNewPassword
    b"1468": b"1469",  # EncodedSecurityListDesc
}
_CHECKSUM_TAG: Final = re.compile(rb"10=")
_FIRST_FIELD: Final = re.compile(rb"8=FIX|1128=")
_DATA_LENGTH: Final = re.compile(rb"(?:%b)=" % b"|".join(_DATA_TAGS))
# What follows a separator is sorted by the low halves of its first bytes, for all at once.
_LOOKED_AT: Final = 4


def _likely(*beginnings: bytes) -> "npt.NDArray[np.bool_]":
    """By the low halves of four bytes: whether one of the beginnings may stand there."""
    table = np.zeros((16,) * _LOOKED_AT, np.bool_)
    for beginning in beginnings:
        table[tuple(byte & 15 for byte in beginning[:_LOOKED_AT])] = True
    return table.reshape(-1)


_LIKELY_CHECKSUM: Final = _likely(b"10=")
_LIKELY_FIRST_FIELD: Final = _likely(b"8=FIX", b"1128=")
_LIKELY_DATA_LENGTH: Final = _likely(*(tag + b"=" for tag in _DATA_TAGS))
_FIRST_TAGS: Final = (b"8", b"1128")
_LENGTH_DIGITS: Final = 9
_TAG_BYTES: Final = 12
_ENDING_BYTES: Final = len(b"10=000")
# The last separator may be missing where a line, or the log's own mark, ends.
_ENDING: Final = {
    separator: re.compile(rb"10=\d{3}(?:" + re.escape(separator) + rb"|(?!\w))")
    for separator in SEPARATORS
}


class Ending(NamedTuple):
    """Where a message ends; or that it does not, and why."""

    stop: int
    """After the message. Where it is bad: where the next could begin."""
    problem: str = ""
    """What was expected; empty for a good one."""
    data: tuple[tuple[int, int], ...] = ()
    """Where its data fields have their bytes, as offsets in the content."""


class _Ahead:
    """Where the next of some places in a content is; they are passed in order."""

    def __init__(self, places: list[int], end: int) -> None:
        self._places = [*places, end]
        self._next = 0
        self._nearest = self._places[0]

    def after(self, start: int) -> int:
        """The nearest at or after `start`, the end of the content if there is none.

        Starts may not fall from one call to the next.
        """
        if self._nearest < start:
            self._next = bisect_left(self._places, start, self._next, len(self._places) - 1)
            self._nearest = self._places[self._next]
        return self._nearest


@dataclass(frozen=True, slots=True)
class _Landmarks:
    """Separators in a content that something begins after."""

    checksums: list[int]
    """Tag 10."""
    messages: list[int]
    """The first field of a message."""
    data: list[int]
    """The length of a data field."""


def _landmarks(content: bytes, separator: bytes) -> _Landmarks:
    view = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(view == separator[-1])
    ends = ends[ends < len(view) - _LOOKED_AT]
    codes = np.zeros(len(ends), np.uint16)
    for ahead in range(1, _LOOKED_AT + 1):
        codes = np.bitwise_or(codes << 4, view[ends + ahead] & 15, dtype=np.uint16)

    def found(pattern: re.Pattern[bytes], likely: "npt.NDArray[np.bool_]") -> list[int]:
        places = (ends[likely[codes]] + 1 - len(separator)).tolist()
        return [
            place
            for place in places
            if content.startswith(separator, place)
            and pattern.match(content, place + len(separator))
        ]

    return _Landmarks(
        found(_CHECKSUM_TAG, _LIKELY_CHECKSUM),
        found(_FIRST_FIELD, _LIKELY_FIRST_FIELD),
        found(_DATA_LENGTH, _LIKELY_DATA_LENGTH),
    )


class Scanner:
    """Finds the ends of messages whose fields end with one separator, in one piece of a log."""

    def __init__(self, separator: bytes, content: bytes, *, last: bool) -> None:
        self.separator = separator
        self._content = content
        self._last = last
        landmarks = _landmarks(content, separator)
        line_ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n")).tolist()
        self._checksums = _Ahead(landmarks.checksums, len(content))
        self._messages = _Ahead(landmarks.messages, len(content))
        self._data = _Ahead(landmarks.data, len(content))
        self._lines = _Ahead(line_ends, len(content))

    def line_end(self, place: int) -> int:
        """After the line in which `place` is, or the end of the content."""
        return min(self._lines.after(place) + 1, len(self._content))

    def ending(self, start: int) -> Ending | None:
        """Where the message at `start` ends; `None` if that is not in the content yet."""
        found = self._checksums.after(start)
        if self._data.after(start) < found:
            return self._walk(start)
        line, mark = self._lines.after(start), self._messages.after(start)
        if line < found or mark < found:
            # Another line or message begins before this one has ended.
            return Ending(min(line + 1, mark + len(self.separator)), self._unended)
        if found == len(self._content):
            return self._incomplete(start)
        return self._checked(found)

    def sealed(self, start: int, ending: Ending) -> bytes:
        """The message with SOH after each field, whatever the log has in its place."""
        content = self._content
        if self.separator == SOH:
            return content[start : ending.stop]
        pieces: list[bytes] = []
        place = start
        for first, stop in ending.data:
            pieces += [content[place:first].replace(self.separator, SOH), content[first:stop]]
            place = stop
        pieces.append(content[place : ending.stop].replace(self.separator, SOH))
        return b"".join(pieces)

    def _checked(self, found: int, data: tuple[tuple[int, int], ...] = ()) -> Ending | None:
        """The ending at a separator and `10=`."""
        place = found + len(self.separator)
        if not self._last and len(self._content) < place + _ENDING_BYTES + len(self.separator):
            return None
        match = _ENDING[self.separator].match(self._content, place)
        if match is None:
            return Ending(self._resume(place), self._unended)
        return Ending(match.end(), "", data)

    def _walk(self, start: int) -> Ending | None:
        """Field by field, as data fields need it."""
        content, separator = self._content, self.separator
        data: list[tuple[int, int]] = []
        place, data_tag, size = start, b"", 0
        while True:
            equals = content.find(b"=", place, place + _TAG_BYTES)
            if equals < 0 and place + _TAG_BYTES > len(content):
                return self._incomplete(start)
            tag = content[place : max(equals, place)]
            if tag == b"10":
                return self._checked(place - len(separator), tuple(data))
            if not tag.isdigit() or (tag in _FIRST_TAGS and place > start):
                return Ending(place if tag.isdigit() else self._resume(place), self._unended)
            stop = self._field_end(equals + 1, size if tag == data_tag else None)
            if not isinstance(stop, int):
                return stop or self._incomplete(start)
            if tag == data_tag:
                data.append((equals + 1, stop))
            digits = content[equals + 1 : stop]
            plain = digits.isdigit() and len(digits) <= _LENGTH_DIGITS
            data_tag = _DATA_TAGS.get(tag, b"") if plain else b""
            size = int(digits) if data_tag else 0
            place = stop + len(separator)

    def _field_end(self, value: int, size: int | None) -> int | Ending | None:
        """Where a value ends, which has `size` bytes if that is known; `None` if not here yet."""
        content, separator = self._content, self.separator
        if size is not None:
            stop = value + size
            if size <= MESSAGE_LIMIT_BYTES and stop + len(separator) > len(content):
                return None
            if content.startswith(separator, stop):
                return stop
            problem = f"{self.expected}, and its data fields as long as they say"
            return Ending(self._resume(value), problem)
        stop = content.find(separator, value)
        if content.find(b"\n", value, stop if stop >= 0 else len(content)) >= 0:
            return Ending(self._resume(value), self._unended)
        return stop if stop >= 0 else None

    def _incomplete(self, start: int) -> Ending | None:
        if self._last:
            return Ending(self._resume(start), self._unended)
        if len(self._content) - start > MESSAGE_LIMIT_BYTES:
            return Ending(self._resume(start), f"{self.expected}, of at most 16 MiB")
        return None

    def _resume(self, place: int) -> int:
        """Where the next message could begin, seen from within a bad one."""
        line = self._content.find(b"\n", place)
        places = [line + 1] if line >= 0 else []
        for mark in (b"8=FIX", b"1128="):
            found = self._content.find(self.separator + mark, place, line if line >= 0 else None)
            places += [found + len(self.separator)] if found >= 0 else []
        return min(places, default=len(self._content))

    @property
    def expected(self) -> str:
        """What a message is, for an error."""
        name = "SOH" if self.separator == SOH else self.separator.decode()
        return f"expected one FIX message with {name} after each field"

    @property
    def _unended(self) -> str:
        return f"{self.expected}, ending with 10= and three digits"
