"""What an interpreter pass found: the interpreter's own part in what a Python target costs."""

from msgspec import Struct


class Waits(Struct, frozen=True):
    """What the thread waited for something: the interpreter's lock, another one, the kernel.

    `switches` are times that it gave the processor away; `ns` is its time without the processor in
    the chunks of messages in which it did, and `longest_ns` the most in any one of them.
    """

    switches: int
    ns: float
    longest_ns: float


class Course(Struct, frozen=True):
    """What messages cost from the very first one on.

    Of `messages`, the first `warmup` do not count in other passes. `chunk_ns` are of a message in
    each of the first chunks of `chunk_messages`, in order.
    """

    messages: int
    warmup: int
    chunk_messages: int
    chunk_ns: tuple[float, ...]
    waits: Waits


class CollectorRuns(Struct, frozen=True):
    """Runs of one generation of the garbage collector, while a message was in hand or between."""

    generation: int
    within_messages: bool
    runs: int
    ns: float
    longest_ns: float
    collected: int


class InterpreterPass(Struct, frozen=True, tag="interpreter", tag_field="collector"):
    """The interpreter's own part."""

    course: Course
    collections: tuple[CollectorRuns, ...]
