"""A TCP stream in which messages stand in a framing, and nothing else is spoken."""

import math
from collections.abc import Sequence

from latprobe.feed.transport.framing import Framing


class FramedSession:
    """Takes messages out of a stream.

    Args:
        framing: How they stand in it.
        requests: What is sent first, each in the same framing.
    """

    def __init__(self, framing: Framing, requests: Sequence[bytes]) -> None:
        self._decoder = framing.decoder()
        self._outgoing = b"".join(map(framing.encode, requests))
        self._messages = 0
        self.open = True
        self.hopeless = self.over = False
        self.missed = None
        self.ended = ""

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a message that has not ended yet."""
        return self._decoder.unfinished_bytes

    def receive(self, data: bytes) -> list[bytes]:
        """The messages that `data` completes."""
        messages = self._decoder.decode(data)
        self._messages += len(messages)
        self.ended = self._decoder.problem
        self.hopeless = bool(self.ended) and not self._messages
        return messages

    def outgoing(self) -> bytes:
        """The requests, once."""
        due, self._outgoing = self._outgoing, b""
        return due

    def tick(self, now_s: float) -> float:  # noqa: ARG002  # there is nothing to be done in time
        """Nothing is ever due."""
        return math.inf
