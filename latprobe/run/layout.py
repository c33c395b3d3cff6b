"""What is left to chance in a run, so that no fork has it the same as all others."""

from msgspec import Struct


class Layout(Struct, frozen=True):
    """Where a fork's memory begins, by what it was given on top of what it needs.

    Attributes:
        environment_bytes: Bytes of a variable of its environment, which lies above the stack.
        heap_bytes: Bytes of a block of its heap that it keeps and never looks at.
    """

    environment_bytes: int
    heap_bytes: int
