"""What a checker of memory has found out about a target, by message."""

from typing import Final, Literal

from msgspec import Struct

Checker = Literal["memcheck", "asan"]

THE_MESSAGE: Final = "the message itself"
"""The function of a place that asked for no other block than the message."""


class CodePlace(Struct, frozen=True):
    """A function on a stack; `file` and `line` are null without line tables."""

    function: str
    file: str | None
    line: int | None


class BlockSite(Struct, frozen=True):
    """Where the block that an error is about was allocated or freed."""

    what: Literal["allocated", "freed"]
    place: CodePlace


class MisuseOfMemory(Struct, frozen=True):
    """An error, however often it was made: one kind of it at one place, about one kind of block.

    `place` is the innermost line of the target's own, `stack` all functions from the innermost on.
    `message` is the sequence number of the first message with it; null where it was made while the
    instance was created or destroyed, as `during` says.
    """

    what: str
    detail: str
    place: CodePlace
    stack: tuple[CodePlace, ...]
    blocks: tuple[BlockSite, ...]
    times: int
    during: Literal["create", "message", "destroy"]
    message: int | None


class FaultyMessage(Struct, frozen=True):
    """A message that errors were made with.

    `sequence` counts from 0; `recv_ns` is when it was received, in Unix time. `kind` is null where
    it was not understood, and also where it was not handled to its end. `bytes` are the first 64 of
    `size`. `errors` are all that were made, known ones among them.
    """

    sequence: int
    recv_ns: int
    kind: str | None
    size: int
    bytes: bytes
    errors: int


class Leak(Struct, frozen=True):
    """Blocks from one place that nothing pointed to when the instance had been destroyed."""

    place: CodePlace
    stack: tuple[CodePlace, ...]
    blocks: int
    bytes: int


class Stopped(Struct, frozen=True):
    """The target ended the replay; `message` was in hand, null before the first."""

    how: str
    message: int | None
    is_explained: bool
    """Whether the last error that was reported is what it died of."""


class MemoryCheck(Struct, frozen=True):
    """What came of a check.

    `messages` were handled to their end. `faulty` holds the first 1,000 of `faulty_messages`. A
    null `leaks` means that there was no look at them.
    """

    scenario: str
    target: str
    checker: Checker
    version: str
    messages: int
    errors: tuple[MisuseOfMemory, ...]
    faulty: tuple[FaultyMessage, ...]
    faulty_messages: int
    leaks: tuple[Leak, ...] | None
    stopped: Stopped | None
