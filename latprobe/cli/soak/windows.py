"""The windows and the worst intervals of a report, out of a soak's folder."""

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from latprobe.cli.soak.logged_times import LoggedTimes
from latprobe.report.soak_windows import WindowRow, WorstInterval
from latprobe.soak.interval_log import LOG_NAME
from latprobe.soak.series import Series
from latprobe.soak.totals import Times

_WORST: Final = 5
_LENGTHS_S: Final = (1.0, 10.0, 60.0, 600.0, 3600.0, 14_400.0, 86_400.0)
_MOST_ROWS: Final = 30


def window_rows(series: Series, folder: Path) -> Iterator[WindowRow]:
    """At most some thirty windows of a round length, in order."""
    if not len(series):
        return
    starts, seconds = series.column("elapsed_s"), series.column("seconds")
    whole = float(starts[-1] + seconds[-1])
    length = next((it for it in _LENGTHS_S if whole / it <= _MOST_ROWS), _LENGTHS_S[-1])
    bounds = [0, *(np.flatnonzero(np.diff(starts // length)) + 1).tolist(), len(series)]
    runs = [range(first, end) for first, end in pairwise(bounds)]
    columns = {
        name: series.column(name)
        for name in ("messages", "rss_bytes", "heap_bytes", "stalled_ns", "watched_ns")
    }
    groups = LoggedTimes(folder / LOG_NAME, series).histograms("response", runs)
    for run, (histogram, sum_ns) in zip(runs, groups, strict=True):
        part = slice(run.start, run.stop)
        yield WindowRow(
            elapsed_s=float(starts[run.start]),
            seconds=float(seconds[part].sum()),
            messages=int(columns["messages"][part].sum()),
            response=Times(histogram, sum_ns) if histogram.count else None,
            rss_bytes=_last(columns["rss_bytes"][part].tolist()),
            heap_bytes=_last(columns["heap_bytes"][part].tolist()),
            stalled_ns=_sum(columns["stalled_ns"][part].tolist()),
            watched_ns=_sum(columns["watched_ns"][part].tolist()),
        )


def worst_intervals(series: Series) -> list[WorstInterval]:
    """Those with the longest response times, the longest first."""
    worst = series.column("worst_response_ns")
    known = np.flatnonzero(np.isfinite(worst))
    order = known[np.argsort(-worst[known], kind="stable")][:_WORST]
    names = (
        *("elapsed_s", "worst_response_ns", "worst_total_ns", "worst_sequence", "late"),
        *("late_by_platform", "longest_stall_ns", "stalled_in_waiting_ns"),
    )
    columns = {name: series.column(name).tolist() for name in names}
    return [
        WorstInterval(
            elapsed_s=columns["elapsed_s"][at],
            response_ns=columns["worst_response_ns"][at],
            total_ns=columns["worst_total_ns"][at],
            sequence=int(columns["worst_sequence"][at]),
            late=int(columns["late"][at]),
            late_by_platform=int(columns["late_by_platform"][at]),
            longest_stall_ns=_last([columns["longest_stall_ns"][at]]),
            driver_stalled_ns=columns["stalled_in_waiting_ns"][at],
        )
        for at in order.tolist()
    ]


def _last(values: list[float]) -> float | None:
    return next((it for it in reversed(values) if not math.isnan(it)), None)


def _sum(values: list[float]) -> float | None:
    known = [it for it in values if not math.isnan(it)]
    return math.fsum(known) if known else None
