"""Soaks in other processes, and what is in their folders."""

import json
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]
from hdrh.log import HistogramLogReader  # type: ignore[import-untyped]

from latprobe.soak.series import SERIES_NAME, Series, read_series
from tests.integration.conftest import LATPROBE, Bench

DEADLINE_SECONDS = 300.0


@dataclass(frozen=True)
class RunningSoak:
    """A soak that was started, and where it writes what it shows."""

    process: "subprocess.Popen[bytes]"
    bench: Bench
    shown_path: Path

    @property
    def folder(self) -> Path:
        (folder,) = (self.bench.folder / "results" / "soaks").iterdir()
        return folder

    @property
    def shown(self) -> list[str]:
        """The lines of intervals, each of which begins with a time."""
        lines = self.shown_path.read_text().splitlines()
        return [it for it in lines if it[:2].isdigit()]

    def wait_for_intervals(self, count: int) -> None:
        self._wait_until(lambda: len(self.shown) >= count)

    def wait_for_words(self, words: str) -> None:
        self._wait_until(lambda: words in self.shown_path.read_text())

    def _wait_until(self, has_come: Callable[[], bool]) -> None:
        give_up = time.monotonic() + DEADLINE_SECONDS
        while not has_come():
            assert self.process.poll() is None, self.shown_path.read_text()
            assert time.monotonic() < give_up, self.shown_path.read_text()
            time.sleep(0.01)

    def fill_disk(self, size: int | None = None) -> None:
        """No file of the process may grow, which is what a full disk says to whoever writes.

        Those may that are shorter than `size`, by default the log's.
        """
        if size is None:
            size = (self.folder / "latency.hlog").stat().st_size
        _, most = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, most))

    def free_disk(self) -> None:
        _, most = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most, most))

    def end(self) -> int:
        return self.process.wait(DEADLINE_SECONDS)


def start_soak(bench: Bench, *arguments: object, shown_to: int | None = None) -> RunningSoak:
    """Starts a soak that shows itself to a file, or to a descriptor. It ends with the test."""
    shown_path = bench.folder / f"shown-{time.monotonic_ns()}"
    with shown_path.open("wb") as shown, (bench.folder / "report.json").open("wb") as out:
        process = subprocess.Popen(
            [LATPROBE, "soak", *map(str, arguments), "--json"],
            cwd=bench.folder,
            stdout=out,
            stderr=shown if shown_to is None else shown_to,
        )
    RUNNING.append(process)
    return RunningSoak(process, bench, shown_path)


RUNNING: "list[subprocess.Popen[bytes]]" = []


def end_all() -> None:
    """Ends what a test that failed has left running."""
    while RUNNING:
        process = RUNNING.pop()
        process.kill()
        process.wait()


def report_in(bench: Bench) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((bench.folder / "report.json").read_text())
    return report


def histograms_in(folder: Path) -> list[HdrHistogram]:
    """Every interval's histograms, by HdrHistogram's own reader."""
    reader = HistogramLogReader(str(folder / "latency.hlog"), HdrHistogram(1, 3_600_000_000_000, 3))
    found = []
    while (histogram := reader.get_next_interval_histogram()) is not None:
        found.append(histogram)
    return found


def series_in(folder: Path) -> Series:
    return read_series(folder / SERIES_NAME)
