"""What is told of a soak, read back from its folder."""

from pathlib import Path

from latprobe import _core
from latprobe.report.soak import SoakReport
from latprobe.run.soak_document import SoakDocument
from latprobe.soak.interval_log import LOG_NAME, read_log
from latprobe.soak.series import SERIES_NAME, read_series
from latprobe.soak.totals import Times


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
