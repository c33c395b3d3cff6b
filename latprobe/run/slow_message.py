"""The part of the run document that is about its slowest messages. Times are in nanoseconds."""

from msgspec import Struct


class Stall(Struct, frozen=True):
    """A stall of the platform beside a message; `start_ns` counts from the message's own start."""

    start_ns: float
    length_ns: float


class Answer(Struct, frozen=True):
    """What came out for a message, where two recordings were matched.

    `sequence` counts from 0 in the recording of what came out, whose own clock `recv_ns` is on.
    `bytes` are the first 256 of `size`.
    """

    sequence: int
    recv_ns: int
    size: int
    bytes: bytes


class TailMessage(Struct, frozen=True):
    """One of the slowest messages of a pass.

    `sequence` counts from 0 at the start of the pass, as `Failure.message` does; `recv_ns` is when
    it was received, in Unix time. `bytes` are the first 256 of `size`. Ticks are the clock's.
    `stall` is the longest one that the idle control saw at the same time.
    """

    sequence: int
    recv_ns: int
    kind: str | None
    total_ns: float
    stages_ns: tuple[float | None, ...]
    size: int
    bytes: bytes
    start_ticks: int
    end_ticks: int
    stall: Stall | None = None
    answer: Answer | None = None


class ReplayedMessage(Struct, frozen=True):
    """A message's time in another pass over the same messages."""

    sequence: int
    total_ns: float
