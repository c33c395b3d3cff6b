"""The parts of the run document that hold times of messages, and numbers of them in queues.

Times are in nanoseconds. Histograms are in the HDR V2 compressed encoding (Base64).
"""

from msgspec import Struct


class StageTimes(Struct, frozen=True):
    """Times of one stage. The sum is exact; the histogram has three significant digits."""

    count: int
    sum_ns: float
    histogram: str


class Depths(Struct, frozen=True):
    """How many messages each met in a queue: a histogram of numbers. Sum and maximum are exact."""

    count: int
    sum: int
    max: int
    histogram: str


class HopTimes(Struct, frozen=True):
    """One hop's queue: how long messages stood in it, and how many they met there."""

    wait: StageTimes
    depth: Depths


class KindTimes(Struct, frozen=True):
    """Times of one message kind; `kind` is null for messages that were not understood.

    `stages` are in the target's order, null where no message of the kind came to the end of one.
    `total` counts from when a message was handed over, and `response`, in paced driving, from when
    it was due, both until `on_message` returned; `end_to_end` and `end_to_end_response` until its
    last thread was done with it. `hops` are in the target's order, as `stages` are.
    """

    kind: str | None
    total: StageTimes
    stages: tuple[StageTimes | None, ...]
    response: StageTimes | None = None
    end_to_end: StageTimes | None = None
    end_to_end_response: StageTimes | None = None
    hops: tuple[HopTimes | None, ...] = ()
    superseded: int = 0
    dropped: int = 0
