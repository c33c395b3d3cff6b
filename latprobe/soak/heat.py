"""Latency over time: how many messages there were in each column of time and bucket of latency."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe import _core
from latprobe.errors import SoakError
from latprobe.run.soak_document import SoakDocument
from latprobe.soak.columns import Column, columns_of, whole_intervals
from latprobe.soak.interval_log import LOG_NAME, LoggedTimes, read_log
from latprobe.soak.series import SERIES_NAME, Series
from latprobe.stats import quantile_rank

if TYPE_CHECKING:
    import numpy.typing as npt

QUANTILES: Final = (
    ("p50", Fraction(1, 2)),
    ("p99", Fraction(99, 100)),
    ("p99.9", Fraction(999, 1_000)),
    ("p99.99", Fraction(9_999, 10_000)),
    ("max", Fraction(1)),
)
"""What is told of each column, and of the whole."""

_BUCKETS_A_DECADE: Final = 20
_LONGEST_NS: Final = 3.6e12
_COARSEST_NS: Final = 1e6
_MOST_TAGS: Final = 64


@dataclass
class Heat:
    """The times of a tag.

    Attributes:
        counts: Messages by column and bucket.
        quantiles_ns: Those of `QUANTILES` by column; NaN where there is no message.
        whole: All of them.
    """

    counts: "npt.NDArray[np.int64]"
    quantiles_ns: "npt.NDArray[np.float64]"
    whole: _core.Histogram = field(default_factory=_core.Histogram)
    in_hand: _core.Histogram = field(default_factory=_core.Histogram)

    def settle(self, column: int, edges: "npt.NDArray[np.float64]") -> None:
        """Puts what is in hand into its column."""
        times, self.in_hand = self.in_hand, _core.Histogram()
        if not times.count:
            return
        values, counts = np.array(times.counts(), dtype=np.float64).T
        buckets = np.searchsorted(edges, values, side="right") - 1
        found = np.bincount(buckets.clip(0, len(edges) - 2), counts, len(edges) - 1)
        self.counts[column] = found.astype(np.int64)
        self.quantiles_ns[column] = quantiles_ns(times)
        self.whole.merge(times)


@dataclass(frozen=True)
class HeatReading:
    """What a log holds.

    Attributes:
        edges_ns: Where buckets begin, and the last one ends.
        heats: By tag, in the log's order.
        problems: What of it cannot be read.
    """

    edges_ns: "npt.NDArray[np.float64]"
    heats: dict[str, Heat]
    problems: tuple[str, ...]


def quantiles_ns(times: _core.Histogram) -> list[float]:
    """Those of `QUANTILES`; NaN without a message."""
    if not times.count:
        return [float("nan")] * len(QUANTILES)
    ranks = (quantile_rank(times.count, quantile) for _, quantile in QUANTILES)
    return [float(times.value_at_rank(rank)) for rank in ranks]


def bucket_edges(step_ns: float) -> "npt.NDArray[np.float64]":
    """Edges of buckets from 0 on: 20 to a factor of ten, none finer than the clock's step.

    Each is a whole number of steps wide and no narrower than the one before: where some held one
    step of the clock and some two, they would look like stripes.
    """
    step = min(step_ns, _COARSEST_NS) if step_ns >= 1 else 1.0
    edges = [0.0]
    while edges[-1] < _LONGEST_NS:
        share = edges[-1] * (10 ** (1 / _BUCKETS_A_DECADE) - 1)
        edges.append(edges[-1] + step * max(1, share // step))
    return np.array(edges)


def read_heat(log: Path, series: Series, columns: Sequence[Column], step_ns: float) -> HeatReading:
    """Reads a log once, as far as it can be read.

    Args:
        log: It.
        series: What says which intervals there are.
        columns: Of these intervals.
        step_ns: Of the clock that they were measured with.
    """
    starts, recorded = series.column("elapsed_s"), series.column("recorded")
    places = {
        f"{starts[at]:.3f}": (at, column)
        for column, it in enumerate(columns)
        for at in range(it.first, it.stop)
    }
    found = _Found(bucket_edges(step_ns), len(columns))
    problems = []
    try:
        for line in read_log(log):
            at, column = places.get(f"{line.elapsed_s:.3f}", (-1, -1))
            # Of others, the interval has not ended, or was not written whole.
            if column >= found.column:
                found.add(line, at, column)
    except SoakError as error:
        problems.append(str(error))
    found.settle()
    if found.damaged:
        problems.append(f"{log.name}: {found.damaged:,} histograms cannot be read")
    missing = sum(1 for at, _ in places.values() if recorded[at] > 0 and at not in found.seen)
    if missing:
        problems.append(f"{log.name}: {missing:,} of {len(places):,} intervals are not in it")
    return HeatReading(found.edges, found.heats, tuple(problems))


def heat_in(
    folder: Path, document: SoakDocument, series: Series
) -> tuple[tuple[Column, ...], HeatReading]:
    """The columns of a soak's picture, and what its log holds of them."""
    columns = columns_of(series)
    steps_ns = [it.instrument.clock.granularity_ns for it in document.parts]
    reading = read_heat(folder / LOG_NAME, series, columns, max(steps_ns, default=1.0))
    whole = whole_intervals(series)
    if whole == len(series):
        return columns, reading
    cut = (
        f"{SERIES_NAME}: of {len(series):,} intervals, those from number {whole + 1:,} on are "
        "at a time that cannot be"
    )
    return columns, replace(reading, problems=(cut, *reading.problems))


class _Found:
    """What was read so far; columns come in order."""

    def __init__(self, edges: "npt.NDArray[np.float64]", columns: int) -> None:
        self.edges = edges
        self.heats: dict[str, Heat] = {}
        self.seen: set[int] = set()
        self.damaged = 0
        self.column = 0
        self._columns = columns

    def add(self, line: LoggedTimes, at: int, column: int) -> None:
        """Takes a line of the interval with that number."""
        if column > self.column:
            self.settle()
            self.column = column
        try:
            times = _core.Histogram.decode(line.histogram)
        except _core.NativeError:
            self.damaged += 1
            return
        if line.tag not in self.heats:
            if len(self.heats) == _MOST_TAGS:
                self.damaged += 1
                return
            self.heats[line.tag] = _empty(self._columns, len(self.edges) - 1)
        self.heats[line.tag].in_hand.merge(times)
        self.seen.add(at)

    def settle(self) -> None:
        """Ends a column."""
        for heat in self.heats.values():
            heat.settle(self.column, self.edges)


def _empty(columns: int, buckets: int) -> Heat:
    return Heat(
        np.zeros((columns, buckets), np.int64), np.full((columns, len(QUANTILES)), float("nan"))
    )
