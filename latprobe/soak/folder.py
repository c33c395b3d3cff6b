"""Where a soak is kept, and adding to it."""

import datetime
from collections import deque
from pathlib import Path
from typing import Final

from latprobe.errors import SoakError
from latprobe.run.soak_document import SoakDocument
from latprobe.run.soak_interval import SoakInterval
from latprobe.soak.boot_clock import boot_id, since_boot_s
from latprobe.soak.document import read_soak, write_soak
from latprobe.soak.interval_log import LOG_NAME, IntervalLog
from latprobe.soak.series import SERIES_NAME, SeriesFile, read_series, row_of

_MOST_WAITING: Final = 360
"""An hour of intervals of 10 s: so many are kept while the disk is full."""


class SoakFolder:
    """Takes intervals, and keeps those back that cannot be written now.

    Args:
        path: The folder.
        log: Its log.
        series: Its series.
        elapsed_s: Where the next interval begins, counted from the start of the soak.
    """

    def __init__(self, path: Path, log: IntervalLog, series: SeriesFile, elapsed_s: float) -> None:
        self.path = path
        self.elapsed_s = elapsed_s
        self.lost = 0
        self._log = log
        self._series = series
        self._waiting: deque[tuple[float, SoakInterval]] = deque()

    @property
    def waiting(self) -> int:
        """How many intervals are still to be written."""
        return len(self._waiting)

    def take(self, interval: SoakInterval) -> str | None:
        """Writes an interval, after those that wait; answers why not, where that is so."""
        self._waiting.append((self.elapsed_s, interval))
        self.elapsed_s += interval.measured.seconds
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1
        return self.write_waiting()

    def write_waiting(self) -> str | None:
        """Writes what waits; answers why not, where that is so."""
        try:
            while self._waiting:
                elapsed_s, interval = self._waiting[0]
                before = self._log.length
                self._log.append(elapsed_s, interval.measured)
                try:
                    self._series.append(row_of(interval, elapsed_s, self._log.length))
                except OSError:
                    self._log.cut(before)
                    raise
                self._waiting.popleft()
            self._log.settle()
            self._series.settle()
        except OSError as error:
            return error.strerror or "it cannot be written"
        return None

    def close(self) -> None:
        """Ends writing; what still waits is lost."""
        self.lost += len(self._waiting)
        self._waiting.clear()
        self._log.close()
        self._series.close()


def create_folder(results: Path, document: SoakDocument) -> SoakFolder:
    """Makes the folder of a new soak, which appears with all that is in it.

    Raises:
        SoakError: where that is not possible.
        RunError: where its document cannot be written.
    """
    path, beside = results / document.id, results / f".{document.id}.tmp"
    try:
        beside.mkdir(parents=True)
        log = IntervalLog(beside / LOG_NAME, 0)
        log.begin(datetime.datetime.fromisoformat(document.started), document.id)
        series = SeriesFile(beside / SERIES_NAME, 0)
        write_soak(document, beside)
        beside.rename(path)
    except OSError as error:
        raise SoakError(f"{path}: cannot be made: {error.strerror}") from error
    return SoakFolder(path, log, series, 0.0)


def reopen_folder(path: Path) -> tuple[SoakFolder, int]:
    """Opens the folder of a soak that ended early; answers it, and the number of its next message.

    What is no whole interval is cut off. Time has gone on meanwhile, and never goes back.

    Raises:
        SoakError: where it cannot be read or written.
    """
    document = read_soak(path)
    series = read_series(path / SERIES_NAME)
    ended_s = 0.0
    if len(series):
        ended_s = float(series.column("elapsed_s")[-1] + series.column("seconds")[-1])
    try:
        log = IntervalLog(path / LOG_NAME, series.last("log_bytes"))
        if not len(series):
            log.begin(datetime.datetime.fromisoformat(document.started), document.id)
        file = SeriesFile(path / SERIES_NAME, series.length)
    except OSError as error:
        raise SoakError(f"{path}: cannot be written: {error.strerror}") from error
    elapsed_s = max(ended_s, _elapsed_s(document))
    last = series.largest("last_sequence")
    return SoakFolder(path, log, file, elapsed_s), 0 if last is None else last + 1


def _elapsed_s(document: SoakDocument) -> float:
    """How long ago the soak started: by a clock that is never set, as long as that goes on."""
    now = datetime.datetime.now(datetime.UTC)
    if not document.parts:
        return (now - datetime.datetime.fromisoformat(document.started)).total_seconds()
    part = document.parts[-1]
    if part.boot_id and part.boot_id == boot_id():
        return part.elapsed_s + since_boot_s() - part.since_boot_s
    return part.elapsed_s + (now - datetime.datetime.fromisoformat(part.started)).total_seconds()
