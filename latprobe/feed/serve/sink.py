"""Where messages are sent to."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class Deliveries:
    """What became of messages and clients."""

    clients: int = 0
    """Clients that were served."""
    slow_clients: int = 0
    """Those that were disconnected, since more waited for them than may."""
    failed_clients: int = 0
    """Those that did not come through the handshake."""
    unsent: int = 0
    """Datagrams that the system did not take."""


class Sink(Protocol):
    """Clients, or a place in the network."""

    deliveries: Deliveries

    @property
    def ready(self) -> int:
        """Clients that can be sent to."""

    def send(self, payload: memoryview) -> bool:
        """Sends a message without waiting; says whether anybody gets it."""

    def attend(self, wait_s: float) -> None:
        """Does what clients want: connect, be read from, get what is left for them.

        Returns when something was done, or after `wait_s`, a millisecond more or less.
        """

    def relieve(self) -> None:
        """Waits for clients who have fallen behind: for serving without a plan."""

    def finish(self) -> None:
        """Gives clients what is left for them, and says goodbye."""
