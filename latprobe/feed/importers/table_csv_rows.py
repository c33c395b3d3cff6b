"""Where the rows of CSV end.

A field that begins with a quote goes on to the next quote that is not doubled, whatever is between;
what then follows up to the separator belongs to it. In other fields quotes are as any character.
That is RFC 4180, and what Arrow's reader makes of all else. A row ends with a line feed, a carriage
return, or both.
"""

import re
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'


class CsvRows:
    """Finds rows and fields, by the separator of a table."""

    def __init__(self, separator: bytes) -> None:
        mark = re.escape(separator)
        plain = rb"[^\r\n" + mark + rb"]*+"
        quoted = rb'"[^"]*+(?:""[^"]*+)*+"' + plain
        field = rb"(?:" + quoted + rb'|(?!")' + plain + rb")"
        self._separator = separator
        self._field: Final = re.compile(field)
        self._row: Final = re.compile(field + rb"(?:" + mark + field + rb")*+(?:\r\n?|\n|\Z)")

    def fields_of(self, row: bytes) -> int:
        """How many fields a row has."""
        count, place = 1, 0
        while found := self._field.match(row, place):
            if row[found.end() : found.end() + 1] != self._separator:
                break
            count, place = count + 1, found.end() + 1
        return count

    def ends(self, content: bytes, *, last: bool) -> "Integers":
        """Where each whole row ends in a content that begins with a row.

        Args:
            content: Rows, and perhaps the beginning of one.
            last: Whether nothing follows, so that a row may end without a line end.
        """
        view = np.frombuffer(content, np.uint8)
        ends = self._regular_ends(view)
        if ends is None:
            return self._irregular_ends(content, last=last)
        rest = int(ends[-1]) if len(ends) else 0
        if last and rest < len(content) and self._row.fullmatch(content, rest):
            ends = np.append(ends, len(content))
        return ends

    def _regular_ends(self, view: "npt.NDArray[np.uint8]") -> "Integers | None":
        """By counting quotes; `None` where some stand where counting would be misled by them."""
        feeds = np.flatnonzero(view == _LINE_FEED)
        quotes = np.flatnonzero(view == _QUOTE)
        returns = np.flatnonzero(view == _RETURN)
        alone = returns[~np.isin(returns + 1, feeds)] if len(returns) else returns
        if not len(quotes):
            return None if len(alone) else feeds + 1
        opening, closing = quotes[::2], quotes[1::2]
        first = np.concatenate([[-1], closing])[: len(opening)]
        after = np.concatenate([quotes[2::2], [-1]])[: len(closing)]
        # Doubled quotes close a field and open it again.
        sound = (first == opening - 1) & (opening > 0) | self._borders(view, opening - 1)
        sound_after = (after == closing + 1) | self._borders(view, closing + 1)
        if not (sound.all() and sound_after.all()) or self._outside(quotes, alone).any():
            return None
        return feeds[self._outside(quotes, feeds)] + 1

    def _borders(self, view: "npt.NDArray[np.uint8]", places: "Integers") -> "Flags":
        """Whether a field may end, or begin, at places; it may at both ends of the content."""
        within = (places >= 0) & (places < len(view))
        found = view[np.where(within, places, 0)]
        borders = (found == self._separator[0]) | (found == _LINE_FEED) | (found == _RETURN)
        return np.asarray(borders | ~within, np.bool_)

    def _outside(self, quotes: "Integers", places: "Integers") -> "Flags":
        return np.asarray(np.searchsorted(quotes, places) % 2 == 0, np.bool_)

    def _irregular_ends(self, content: bytes, *, last: bool) -> "Integers":
        ends: list[int] = []
        place = 0
        while place < len(content):
            found = self._row.match(content, place)
            # What ends with the content may go on behind it.
            if found is None or (found.end() == len(content) and not last and not _ended(content)):
                break
            place = found.end()
            ends.append(place)
        return np.array(ends, np.int64)


def _ended(content: bytes) -> bool:
    """Whether a line feed ends the content: after a return, one may follow."""
    return content[-1] == _LINE_FEED
