"""What is told of a soak, read back from its folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from latprobe import _core
from latprobe.cli.soak.budgets import soak_budgets
from latprobe.comparator import Group, SoakEvidence, judge_soak
from latprobe.report.soak import SoakReport
from latprobe.run.model import VerdictRecord
from latprobe.run.soak_document import SoakDocument
from latprobe.soak.interval_log import LOG_NAME, read_log, tag_of
from latprobe.soak.series import SERIES_NAME, Series, read_series
from latprobe.soak.totals import Times

_COLUMNS = (
    *("elapsed_s", "seconds", "messages", "recorded", "errors", "rss_bytes"),
    *("heap_bytes", "heap_floor_bytes"),
    *("allocations", "frees", "reallocations", "allocated_bytes"),
)


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
        """Those of some runs of intervals, which follow each other."""
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
            yield Group(run.start, times if times.count else None, sum_ns)


def verdicts_of(
    document: SoakDocument, folder: Path, budgets: Sequence[str]
) -> tuple[VerdictRecord, ...]:
    """Holds budgets against what there is of a soak.

    Raises:
        SoakError: where the folder cannot be read.
        BudgetError: for a budget that cannot be read.
    """
    parsed = soak_budgets(budgets, document.target)
    if not parsed or not document.parts:
        return ()
    series = read_series(folder / SERIES_NAME)
    instruments = [it.instrument for it in document.parts]
    evidence = SoakEvidence(
        columns={name: series.column(name) for name in _COLUMNS},
        times=LoggedTimes(folder / LOG_NAME, series),
        step_ns=max(1.0, *(it.clock.granularity_ns for it in instruments)),
        offset_error_ns=max(it.calibration.offset_error_ns for it in instruments),
        interval_s=document.settings.interval_s,
    )
    return judge_soak(parsed, evidence)


def report_of(document: SoakDocument, folder: Path) -> SoakReport:
    """Puts the report together.

    Raises:
        SoakError: where the folder cannot be read.
    """
    series = read_series(folder / SERIES_NAME)
    times: dict[str, Times] = {}
    for line in read_log(folder / LOG_NAME):
        times.setdefault(line.tag, Times()).add(_core.Histogram.decode(line.histogram), 0.0)
    for sums in series.sums_ns():
        for tag, sum_ns in sums.items():
            times[tag].sum_ns += sum_ns
    return SoakReport(
        document=document,
        measured_s=float(series.column("seconds").sum()),
        intervals=len(series),
        messages=int(series.column("messages").sum()),
        times=times,
    )
