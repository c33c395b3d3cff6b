"""Where the fields of FIX messages lie, for many messages at once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.messages import Block
from latprobe.feed.protocols.binary import payload_bytes

if TYPE_CHECKING:
    import numpy.typing as npt

SOH: Final = 1
_ZERO: Final = ord("0")
_MOST_DIGITS: Final = 18
_DECIMAL: Final = 10
_HEAD_BYTES: Final = 4
_LONGEST_TEXT: Final = 32
_MOST_AT_ONCE: Final = 32


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
        begins = np.sort(np.concatenate([ends + 1, starts[block.sizes > 0]]), kind="stable")
        # A message begins right behind the SOH of the one before: that is one field, not two.
        once = np.diff(begins, append=len(self.content)) > 0
        self._begins = begins[once]
        counts = np.diff(np.searchsorted(self._begins, stops), prepend=0)
        self._row_of = np.repeat(np.arange(len(block)), counts)
        # The next field begins right behind the SOH of this one, or with the next message.
        following = np.append(self._begins[1:], len(self.content))[: len(self._begins)]
        self._stops = following - (self.content[following - 1] == SOH)
        # Long enough for any tag to be looked for without leaving the content.
        self._padded = np.concatenate([self.content, np.zeros(8, np.uint8)])
        self._heads = np.zeros(len(self._begins), np.uint32)
        for place in range(_HEAD_BYTES):
            self._heads |= self._padded[self._begins + place].astype(np.uint32) << 8 * place

    def values(self, tag: int) -> Values:
        """The first value of `tag` (below 1000) in each message that has one."""
        name = b"%d=" % tag
        mask = np.uint32(2 ** (8 * len(name)) - 1)
        here = self._heads & mask == np.uint32(int.from_bytes(name, "little"))
        fields = np.flatnonzero(here & (self._begins + len(name) <= self._stops))
        rows = self._row_of[fields]
        first = np.diff(rows, prepend=-1) > 0
        rows, chosen = rows[first], fields[first]
        return Values(rows, self._begins[chosen] + len(name), self._stops[chosen])

    def texts(self, values: Values) -> "tuple[npt.NDArray[np.int32], list[str]]":
        """The values as numbers into a list of texts, which are cut to 32 bytes."""
        lengths = np.minimum(values.stops - values.starts, _LONGEST_TEXT)
        width = int(lengths.max(initial=0))
        letters = np.zeros((len(lengths), width), np.uint8)
        for place in range(width):
            inside = place < lengths
            letters[inside, place] = self._padded[values.starts[inside] + place]
        indices = np.zeros(len(lengths), np.int32)
        names: list[str] = []
        left = np.arange(len(lengths))
        # There are few texts, so each is taken out of all rows at once; from there, one by one.
        while len(left) and len(names) < _MOST_AT_ONCE:
            same = (letters[left] == letters[left[0]]).all(axis=1)
            indices[left[same]] = len(names)
            names.append(_text(letters[left[0]]))
            left = left[~same]
        number_of = {name: number for number, name in enumerate(names)}
        for row in left.tolist():
            indices[row] = number_of.setdefault(_text(letters[row]), len(number_of))
        return indices, list(number_of)

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


def _text(letters: "npt.NDArray[np.uint8]") -> str:
    return letters.tobytes().rstrip(bytes(1)).decode("latin-1")
