"""Messages on their way into a feed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Messages:
    """A run of messages in arrival order, column by column; the three are equally long."""

    recv_ns: Sequence[int]
    """Receive times in nanoseconds since 1970 (UTC)."""
    channels: Sequence[str]
    payloads: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.payloads)
