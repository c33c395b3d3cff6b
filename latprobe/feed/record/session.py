"""What is spoken over a connection, apart from the connection."""

from typing import Protocol


class LostError(Exception):
    """A connection cannot be made, or has ended; says why."""


class Session(Protocol):
    """One connection's side of a protocol: bytes in, messages out."""

    @property
    def open(self) -> bool:
        """Whether messages can be expected: handshake and login are over."""

    @property
    def ended(self) -> str:
        """Why nothing more comes; empty while something may."""

    @property
    def hopeless(self) -> bool:
        """Whether it ended so that another connection would end alike."""

    @property
    def over(self) -> bool:
        """Whether it ended since there is nothing more to come, on any connection."""

    @property
    def missed(self) -> int | None:
        """Messages between the last of the connection before and this one's first, if known."""

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a message that has not ended yet."""

    def receive(self, data: bytes) -> list[bytes]:
        """The messages that bytes from the other end complete; sets `ended` when it is over."""

    def outgoing(self) -> bytes:
        """What is due to be sent to the other end."""

    def tick(self, now_s: float) -> float:
        """Does what is due at a time of the monotonic clock.

        Returns:
            When to call again.
        """
