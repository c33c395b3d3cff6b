"""Messages on their way into a feed, or out of one: as Python objects, or as plain arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Messages:
    """A run of messages in arrival order, column by column; the three are equally long."""

    recv_ns: Sequence[int]
    """Receive times in nanoseconds since 1970 (UTC)."""
    channels: Sequence[str]
    payloads: Sequence[bytes]
    places: Sequence[int] | None = None
    """Where each begins in the uncompressed content of its recording, if they are being imported
    and the format can say."""

    def __len__(self) -> int:
        return len(self.payloads)

    def part(self, start: int, stop: int) -> "Messages":
        """Some of them."""
        return Messages(
            self.recv_ns[start:stop],
            self.channels[start:stop],
            self.payloads[start:stop],
            None if self.places is None else self.places[start:stop],
        )


@dataclass(frozen=True, slots=True)
class PlainChannels:
    """The channels of some messages: message `i` came over `names[indices[i]]`."""

    indices: "npt.NDArray[np.int32]"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Some messages in arrival order, as plain arrays."""

    recv_ns: "npt.NDArray[np.int64]"
    channels: PlainChannels
    offsets: "npt.NDArray[np.int64]"
    """Into `payload`, from 0; one more than there are messages. They rise, and end where the
    payload does."""
    payload: memoryview
    places: "npt.NDArray[np.int64] | None" = None
    """Where each message begins in the uncompressed content of its recording, if they are being
    imported and the format can say."""

    def __len__(self) -> int:
        return len(self.recv_ns)

    @property
    def sizes(self) -> "npt.NDArray[np.int64]":
        """Payload bytes of each message."""
        return np.diff(self.offsets)

    def part(self, start: int, stop: int) -> "Block":
        """Some of its messages, over the same memory."""
        first, last = int(self.offsets[start]), int(self.offsets[stop])
        return Block(
            self.recv_ns[start:stop],
            PlainChannels(self.channels.indices[start:stop], self.channels.names),
            self.offsets[start : stop + 1] - first,
            self.payload[first:last],
            None if self.places is None else self.places[start:stop],
        )

    def messages(self) -> Messages:
        """The same, as Python objects."""
        content, ends = bytes(self.payload), self.offsets.tolist()
        names = self.channels.names
        return Messages(
            self.recv_ns.tolist(),
            [names[index] for index in self.channels.indices.tolist()],
            [content[start:stop] for start, stop in pairwise(ends)],
            None if self.places is None else self.places.tolist(),
        )
