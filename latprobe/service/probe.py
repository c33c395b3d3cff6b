"""What a service says of itself while it runs."""

import asyncio
from typing import Any, Protocol, TypeVar

Queue = TypeVar("Queue", bound="asyncio.Queue[Any]")


class Timer(Protocol):
    """Times a part of the work, however many tasks are in it at once."""

    def start(self) -> int:
        """Begins; answers what `stop` is to be handed."""

    def stop(self, started: int) -> None:
        """Ends."""


class Probe(Protocol):
    """What a service is made with, and says what it does to.

    Queues, locks and timers are named while the service is made, so that budgets on them can be
    checked before anything runs. Their names differ.
    """

    @property
    def other_cpus(self) -> tuple[int, ...]:
        """CPUs for processes that the service starts beside itself; empty for any."""

    def queue(self, name: str, queue: Queue) -> Queue:
        """Watches a queue: how long entries stand in it, and how many they meet there.

        Answers the queue itself, which hands entries out first in, first out, or last in, first
        out.

        Raises:
            TypeError: for a queue with another order.
        """

    def lock(self, name: str) -> asyncio.Lock:
        """A lock of which the time waited for it and the time held are told apart."""

    def timer(self, name: str) -> Timer:
        """Times a part of the work."""

    def received(self) -> int:
        """Says that the next message is there, and answers its number.

        For services that have a connection of their own: others are handed the number.
        """

    def decided(self, sequence: int, first: int | None = None) -> None:
        """Says that it is decided what a message is answered with, even if that is nothing.

        With `first`, all messages from that one on are decided; the first decision on each counts.
        """

    def acknowledged(self, sequence: int) -> None:
        """Says that the order which a message was answered with is confirmed."""

    def superseded(self, count: int = 1) -> None:
        """Says that newer entries took the place of others that nobody had taken yet."""

    def dropped(self, count: int = 1) -> None:
        """Says that entries were given up."""
