"""Where the fields of FIX messages lie, for many messages at once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.messages import Block
from latprobe.feed.protocols.binary import payload_bytes

if TYPE_CHECKING:
    import numpy.typing as npt

SOH: Final = 1
_EQUALS: Final = ord("=")
_ZERO: Final = ord("0")
_MOST_DIGITS: Final = 18
_DECIMAL: Final = 10


@dataclass(frozen=True, slots=True)
class Values:
    """The first value of a tag, in the messages that have one."""

    rows: "npt.NDArray[np.int64]"
    """Messages that have it."""
    starts: "npt.NDArray[np.int64]"
    """Of the values, in the payload bytes of the block."""
    stops: "npt.NDArray[np.int64]"
    """Of the SOH after each; or of the message, where it ends without one."""


class FixFields:
    """The fields of the messages of a block.

    A field begins at the start of a message or after SOH. Data fields that hold SOH themselves are
    not told apart, as only their own lengths would.
    """

    def __init__(self, block: Block) -> None:
        self.content = payload_bytes(block)
        starts, stops = block.offsets[:-1], block.offsets[1:]
        ends = np.flatnonzero(self.content == SOH)
        begins = np.union1d(ends + 1, starts[block.sizes > 0])
        self._begins = begins[begins < len(self.content)]
        self._row_of = np.searchsorted(stops, self._begins, side="right")
        limits = stops[self._row_of]
        following = np.searchsorted(ends, self._begins, side="left")
        found = np.append(ends, len(self.content))[following]
        self._stops = np.minimum(found, limits)
        # Long enough for any tag to be looked for without leaving the content.
        self._padded = np.concatenate([self.content, np.zeros(8, np.uint8)])

    def values(self, tag: int) -> Values:
        """The first value of `tag` in each message that has one."""
        name = b"%d=" % tag
        here = np.ones(len(self._begins), np.bool_)
        for place, byte in enumerate(name):
            here &= self._padded[self._begins + place] == byte
        here &= self._begins + len(name) <= self._stops
        fields = np.flatnonzero(here)
        rows, first = np.unique(self._row_of[fields], return_index=True)
        chosen = fields[first]
        return Values(rows, self._begins[chosen] + len(name), self._stops[chosen])

    def integers(
        self, starts: "npt.NDArray[np.int64]", stops: "npt.NDArray[np.int64]"
    ) -> "tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]":
        """The numbers that stand there in digits, and whether there are digits alone (up to 18)."""
        values = np.zeros(len(starts), np.int64)
        lengths = stops - starts
        right = (lengths > 0) & (lengths <= _MOST_DIGITS)
        longest = int(lengths[right].max()) if right.any() else 0
        for place in range(longest):
            inside = right & (place < lengths)
            digits = self._padded[np.where(inside, starts + place, 0)].astype(np.int64) - _ZERO
            right &= ~inside | ((digits >= 0) & (digits < _DECIMAL))
            values = np.where(inside, values * _DECIMAL + digits, values)
        return values, right
