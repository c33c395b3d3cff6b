"""What a command's exit code tells a CI job."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """How a command ended."""

    PASS = 0
    """Every budget is kept."""
    FAIL = 1
    """A budget is broken, or targets of a family disagree about the feed."""
    USAGE = 2
    """The command, a scenario or a feed is not what it should be."""
    UNPROVEN = 3
    """No budget is broken, but of one it cannot be told."""
    CRASHED = 4
    """A target crashed, hung, or ran out of memory."""


PRECEDENCE: Final = (
    ExitCode.PASS,
    ExitCode.UNPROVEN,
    ExitCode.FAIL,
    ExitCode.USAGE,
    ExitCode.CRASHED,
)
"""From the one that any other beats to the one that beats every other. Bad input beats a broken
budget, since it means that a part of what was asked for has not been judged at all."""


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code of a command whose parts ended with these."""
    return max(codes, key=PRECEDENCE.index, default=ExitCode.PASS)
