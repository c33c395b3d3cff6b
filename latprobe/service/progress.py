"""Tells the process that watches a fork how far it is, and that its loop turns."""

from mmap import mmap
from typing import Final

ALIVE: Final = 2**62
"""Comes and goes beside the number of the message in hand, as long as the loop turns."""


class Progress:
    """Eight bytes that both processes have mapped."""

    def __init__(self, shared: mmap) -> None:
        self._word = memoryview(shared).cast("Q")
        self._number = 0
        self._alive = 0

    def reached(self, number: int) -> None:
        """A message is in hand."""
        self._number = number
        self._word[0] = number | self._alive

    def alive(self) -> None:
        """The loop has come round."""
        self._alive ^= ALIVE
        self._word[0] = self._number | self._alive
