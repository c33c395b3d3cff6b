"""Two forks that replay on one CPU in turns, by a byte that goes to and fro through two pipes."""

import os
from typing import Final, NamedTuple

WAITED_FOR: Final = 2**63
"""Stands beside the number of a message that is not due for a while."""


class Turns(NamedTuple):
    """How a fork takes turns with another.

    Attributes:
        messages: Messages in a turn.
        hand_over_fd: Where the byte goes; closed here once the fork has been started.
        wait_fd: Where it comes back from; likewise.
    """

    messages: int
    hand_over_fd: int
    wait_fd: int

    @property
    def descriptors(self) -> tuple[int, int]:
        """What the fork is handed on."""
        return self.hand_over_fd, self.wait_fd


def in_turns(messages: int, first: int) -> tuple[Turns, Turns]:
    """How two forks take turns of so many messages; that of number `first` (0 or 1) begins."""
    read_by_one, written_by_other = os.pipe()
    read_by_other, written_by_one = os.pipe()
    os.write(written_by_other if first == 0 else written_by_one, b"-")
    return (
        Turns(messages, written_by_one, read_by_one),
        Turns(messages, written_by_other, read_by_other),
    )
