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
    `stall` is the longest one that the idle control saw at the same time. `end_to_end_ns` is until
    its last thread was done with it, null for a target without hops.
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
    end_to_end_ns: float | None = None

    @property
    def longest_ns(self) -> float:
        """The longer of its times on the thread that it came to, and on all of them."""
        return max(self.total_ns, self.end_to_end_ns or 0.0)


class ReplayedMessage(Struct, frozen=True):
    """A message's time in another pass over the same messages."""

    sequence: int
    total_ns: float
    end_to_end_ns: float | None = None

    @property
    def longest_ns(self) -> float:
        """As of `TailMessage`."""
        return max(self.total_ns, self.end_to_end_ns or 0.0)
