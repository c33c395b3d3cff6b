"""The histograms of a soak's log, interval by interval."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from latprobe import _core
from latprobe.comparator import Group
from latprobe.soak.interval_log import read_log, tag_of
from latprobe.soak.series import Series


class LoggedTimes:
    """The histograms of a log, read as often as they are asked for: many are more than fits.

    Args:
        path: The log.
        series: What says which intervals there are.
    """

    def __init__(self, path: Path, series: Series) -> None:
        self._path = path
        starts = series.column("elapsed_s").tolist()
        self._index = {f"{start:.3f}": index for index, start in enumerate(starts)}
        self._sums = series.sums_ns()

    def groups(self, tag: str, runs: Sequence[range]) -> Iterator[Group]:
        """Those of some runs of intervals, which follow each other, for the comparator."""
        for run, (times, sum_ns) in zip(runs, self.histograms(tag, runs), strict=True):
            yield Group(run.start, times if times.count else None, sum_ns)

    def histograms(
        self, tag: str, runs: Sequence[range]
    ) -> Iterator[tuple[_core.Histogram, float]]:
        """The same, each with the exact sum of its times."""
        tag = tag_of(tag)
        lines = ((it, self._index.get(f"{it.elapsed_s:.3f}")) for it in read_log(self._path))
        found = ((it, at) for it, at in lines if it.tag == tag and at is not None)
        line, at = next(found, (None, None))
        for run in runs:
            times, sum_ns = _core.Histogram(), 0.0
            while line is not None and at is not None and at < run.stop:
                if at >= run.start:
                    times.merge(_core.Histogram.decode(line.histogram))
                    sum_ns += self._sums[at].get(tag, 0.0)
                line, at = next(found, (None, None))
            yield times, sum_ns
