"""What a checker reports, in words that both have in common."""

from dataclasses import dataclass
from typing import Final, Literal

from latprobe.run.call_sites import CodeLocation

CREATING: Final = -1
DESTROYING: Final = -2
"""In the place of a message's number: what else the runner can have in hand."""


@dataclass(frozen=True)
class Frame:
    """A function on a stack, and the file that its code was loaded from."""

    location: CodeLocation
    module: str


@dataclass(frozen=True)
class BlockStack:
    """Where the block was allocated or freed that an error is about."""

    what: Literal["allocated", "freed"]
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class ReportedError:
    """An error as its checker writes it.

    Attributes:
        what: Its kind, such as `invalid read`.
        detail: How much, and where it lies; without addresses, which differ each time.
        frames: Who made it, the innermost first.
        blocks: Where its block comes from.
        in_hand: The message, or `CREATING` or `DESTROYING`.
        times: How often it was made with these stacks.
    """

    what: str
    detail: str
    frames: tuple[Frame, ...]
    blocks: tuple[BlockStack, ...]
    in_hand: int
    times: int = 1


@dataclass(frozen=True)
class ReportedLeak:
    """Blocks that were lost."""

    frames: tuple[Frame, ...]
    blocks: int
    bytes: int


@dataclass(frozen=True)
class Answered:
    """What on_message answered for a message with errors, and how many there were."""

    answer: int
    errors: int


@dataclass(frozen=True)
class Reported:
    """All that a checker wrote.

    Attributes:
        errors: In the order in which they were first seen.
        answered: Messages with errors, by their number.
        leaks: None where there was no look at them.
        is_whole: Whether the replay came to its end.
        fatal: The signal that the checker saw, by its name.
        version: The checker's own.
    """

    errors: tuple[ReportedError, ...]
    answered: dict[int, Answered]
    leaks: tuple[ReportedLeak, ...] | None
    is_whole: bool
    fatal: str | None = None
    version: str = ""
