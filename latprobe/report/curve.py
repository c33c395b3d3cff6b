"""Latency over percentile: the line that a histogram draws."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from hdrh.codec import (  # type: ignore[import-untyped]
    HdrCookieException,
    HdrHistogramSettingsException,
    HdrLengthException,
)
from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]

from latprobe.errors import RunError
from latprobe.report.cell import FEWEST_BEYOND
from latprobe.run.model import Figure, RunDocument, Time

_NOT_A_HISTOGRAM = (
    HdrCookieException,
    HdrHistogramSettingsException,
    HdrLengthException,
    IndexError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What the `hdrhistogram` package raises for a text that is not the encoding of a histogram."""


@dataclass(frozen=True)
class Curve:
    """The times of one row of a run, of one kind or of all.

    Attributes:
        label: What it is, for the legend.
        counts: Each time in nanoseconds, ascending, and how many messages took it; at least one.
    """

    label: str
    counts: tuple[tuple[int, int], ...]

    @property
    def messages(self) -> int:
        """How many there are; more than 0."""
        return sum(count for _, count in self.counts)

    @property
    def max_ns(self) -> int:
        """The longest time, in nanoseconds."""
        return self.counts[-1][0]

    @property
    def median_ns(self) -> int:
        """The time that half of the messages are within, in nanoseconds."""
        seen = 0
        for value_ns, count in self.counts:
            seen += count
            if 2 * seen >= self.messages:
                return value_ns
        return self.max_ns

    def steps(self) -> list[tuple[float, float]]:
        """Corners of the line: 1 / (1 - quantile), and the time at that quantile in nanoseconds.

        HdrHistogram's plots have this axis, on which each further nine takes the same room. It ends
        at the number of messages: beyond the quantile there, not one is left.
        """
        total, seen = self.messages, 0
        corners: list[tuple[float, float]] = []
        for value_ns, count in self.counts:
            corners.append((total / (total - seen), value_ns))
            seen += count
            corners.append((total / max(total - seen, 1), value_ns))
        return corners

    def well_founded_up_to(self) -> float:
        """Where on that axis too few messages begin to lie beyond, see `FEWEST_BEYOND`."""
        return max(self.messages / FEWEST_BEYOND, 1.0)


def curve_of(
    run: RunDocument, stage: str, kind: str | None, label: str, time: Time = "service"
) -> Curve:
    """The line of one row; of response times, or else of service times with warm caches.

    Raises:
        RunError: naming the run, where it has no such row, or its histogram cannot be read.
    """
    warm = [it for it in run.figures if it.condition == "warm"]
    found = next((it for it in warm if (it.stage, it.kind, it.time) == (stage, kind, time)), None)
    if found is None and time == "response":
        raise RunError(
            f"{run.id}: {_row(stage, kind)} has no response time: that is measured of `total` and "
            "`end_to_end`, with a `drive.mode` that has a plan"
        )
    if found is None or found.histogram is None:
        raise RunError(f"{run.id}: {_row(stage, kind)} was not timed; {_what_was(run.figures)}")
    try:
        histogram = HdrHistogram.decode(found.histogram)
        counts = tuple(
            (
                int(histogram.get_highest_equivalent_value(it.value_iterated_to)),
                int(it.count_at_value_iterated_to),
            )
            for it in histogram.get_recorded_iterator()
        )
    except _NOT_A_HISTOGRAM as error:
        words = f"the histogram of {_row(stage, kind)} is damaged"
        raise RunError(f"{run.id}: {words}: {error}") from error
    if not counts:
        raise RunError(f"{run.id}: the histogram of {_row(stage, kind)} holds no times")
    return Curve(label, counts)


def _row(stage: str, kind: str | None) -> str:
    return stage if kind is None else f"{stage}[{kind}]"


def _what_was(figures: Sequence[Figure]) -> str:
    timed = [figure for figure in figures if figure.histogram is not None]
    if not timed:
        return "nothing was"
    stages = ", ".join(dict.fromkeys(figure.stage for figure in timed))
    kinds = ", ".join(dict.fromkeys(figure.kind for figure in timed if figure.kind is not None))
    return f"there are {stages}, and of kinds {kinds}" if kinds else f"there are {stages}"
