"""What is told of a soak, read back from its folder."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from latprobe import _core
from latprobe.cli.soak.budgets import soak_budgets
from latprobe.cli.soak.logged_times import LoggedTimes
from latprobe.cli.soak.windows import window_rows, worst_intervals
from latprobe.comparator import SoakEvidence, judge_soak
from latprobe.report.soak import SoakReport
from latprobe.run.model import VerdictRecord
from latprobe.run.soak_document import SoakDocument
from latprobe.run.wall_step import is_step
from latprobe.soak.interval_log import LOG_NAME, read_log
from latprobe.soak.series import SERIES_NAME, read_series
from latprobe.soak.totals import Times

_COLUMNS = (
    *("elapsed_s", "seconds", "messages", "recorded", "errors", "rss_bytes"),
    *("heap_bytes", "heap_floor_bytes"),
    *("allocations", "frees", "reallocations", "allocated_bytes"),
)


def judged(document: SoakDocument, folder: Path, more: Sequence[str]) -> SoakDocument:
    """Holds what there is of a soak, which may be more than when it was last written, to budgets.

    Args:
        document: With budgets of its own.
        folder: The soak's.
        more: Further ones.

    Raises:
        SoakError: where the folder cannot be read.
        BudgetError: for a budget that cannot be read.
    """
    verdicts = _verdicts_of(document, folder, (*document.budgets, *more))
    return msgspec.structs.replace(document, verdicts=verdicts)


def _verdicts_of(
    document: SoakDocument, folder: Path, budgets: Sequence[str]
) -> tuple[VerdictRecord, ...]:
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
            times.setdefault(tag, Times()).sum_ns += sum_ns
    pairs = zip(series.column("wall_step_ns"), series.column("seconds"), strict=True)
    steps = [abs(step_ns) for step_ns, seconds in pairs if is_step(step_ns, seconds)]
    return SoakReport(
        document=document,
        measured_s=float(series.column("seconds").sum()),
        intervals=len(series),
        messages=int(series.column("messages").sum()),
        times=times,
        windows=tuple(window_rows(series, folder)),
        worst=tuple(worst_intervals(series)),
        wall_steps=len(steps),
        longest_wall_step_ns=float(max(steps, default=0.0)),
    )
