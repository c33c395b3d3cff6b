"""The times of one length of chains in one fork."""

from dataclasses import dataclass
from typing import Self

from latprobe._core import Histogram
from latprobe.run.times import StageTimes

_STALL_NS = 1_000.0
_UNSTEADY = 1.1
_INTERRUPTED = 3.0
_BUCKET_BITS = 11


@dataclass(frozen=True)
class ChainTimes:
    """In nanoseconds.

    Attributes:
        p50_ns: The median, as any run has it.
        undisturbed_mean_ns: The mean of what was not stopped on its way. Chains of one length take
            the same time, so that a message that took three times the median, or a microsecond
            and a tenth more, was: by an interrupt, or by a hypervisor.
        disturbed: How many were.
    """

    p50_ns: float
    undisturbed_mean_ns: float
    disturbed: int

    @classmethod
    def of(cls, times: StageTimes, step_ns: float) -> Self:
        """Reads a stage's times; there must be one at least. The clock moves by `step_ns`."""
        histogram = Histogram.decode(times.histogram)
        p50_ns = histogram.value_at_rank((histogram.count + 1) // 2)
        longest_ns = min(_INTERRUPTED * p50_ns + 2 * step_ns, _UNSTEADY * p50_ns + _STALL_NS)
        stopped = [(value, count) for value, count in histogram.counts() if value > longest_ns]
        disturbed = sum(count for _, count in stopped)
        sum_ns = times.sum_ns - sum(_middle(value) * count for value, count in stopped)
        return cls(p50_ns, sum_ns / (times.count - disturbed), disturbed)


def _middle(highest_ns: int) -> float:
    """The middle of a histogram's bucket, given by its highest value: 1,024 a power of two."""
    width = 1 << max(0, highest_ns.bit_length() - _BUCKET_BITS)
    return highest_ns - (width - 1) / 2
