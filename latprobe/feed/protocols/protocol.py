"""What a protocol says of a message: the place for every further protocol.

Only what stands in each message's own head is read, and nothing of what it means: that is for the
code under test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.messages import Block

if TYPE_CHECKING:
    import numpy.typing as npt

NO_TIME: Final = -(2**63)
"""Event time of a message that has none."""
NO_SERIES: Final = -1
"""Series of a message without a sequence number."""
READ_AT_ONCE_BYTES: Final = 2**20
"""Payload bytes to be read at once: what is made of them on the way may be many times as large."""
UNKNOWN_KIND: Final = "unknown"
"""Kind of a message that does not say what it is."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of some messages: message `i` is a `names[indices[i]]`."""

    indices: "npt.NDArray[np.int32]"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sequences:
    """The sequence numbers of some messages.

    Message `i` covers the numbers `first[i]` to `last[i]` of the series `names[series[i]]`; one
    whose `series[i]` is `NO_SERIES` has no number. Series of different channels of a feed are not
    the same, even where they have one name.
    """

    series: "npt.NDArray[np.int32]"
    names: tuple[str, ...]
    gapless: tuple[bool, ...]
    """Of each series: whether its numbers follow each other without a gap at the sender. Where
    they only rise, no message can be known to be missing."""
    first: "npt.NDArray[np.int64]"
    last: "npt.NDArray[np.int64]"


@dataclass(frozen=True, slots=True)
class Headers:
    """What the messages of a block say of themselves; arrays are as long as the block."""

    kinds: Kinds
    event_ns: "npt.NDArray[np.int64] | None"
    """Nanoseconds since 1970 (UTC), or `NO_TIME`; `None` where the protocol has no times."""
    sequences: Sequences | None
    """`None` where the protocol has no sequence numbers."""
    wrong_length: "npt.NDArray[np.bool_] | None"
    """Whether a message is not as long as the protocol says; `None` without such a rule."""
    wrong_checksum: "npt.NDArray[np.bool_] | None"
    """Whether a checksum is not that of the bytes; `None` where the protocol has none."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes of a payload in the place of others, as many as before."""

    byte: int
    """Where in the payload they begin."""
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Restamped:
    """How a message gets another event time."""

    patches: tuple[Patch, ...]
    event_ns_before: int
    event_ns_after: int
    """To the unit in which the message counts."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """One protocol. Add it to `PROTOCOLS` of this package, and everything else finds it there."""

    name: str
    """As in a feed's note `latprobe.protocol`."""
    headers: Callable[[Block], Headers]
    """Never fails: whatever the bytes are, a message that cannot be read is `UNKNOWN_KIND`."""
    wrong_checksum: Callable[[bytes, float], Patch | None] | None = None
    """Gives a message another checksum than its own, chosen by a number from 0 up to 1. `None`:
    it has none; no function: no message of the protocol has."""
    restamp: Callable[[bytes, int, int], Restamped | None] | None = None
    """Moves a message's event time by nanoseconds, rounded to its own unit; told its receive time
    before them. `None`: it has no time; no function: no message of the protocol has."""


def no_numbers(count: int) -> "npt.NDArray[np.int64]":
    """An array of zeros, for messages without a sequence number."""
    return np.zeros(count, np.int64)
