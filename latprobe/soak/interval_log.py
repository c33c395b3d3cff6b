"""`latency.hlog`: the histograms of each interval, as HdrHistogram's own tools read them.

A line is a comment until it is there as a whole: its first character is written last. So a file
that was cut off anywhere, by a full disk or by a kill, reads to the last whole line.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from latprobe.errors import SoakError
from latprobe.run.soak_interval import Interval, TaggedTimes
from latprobe.run.wall_step import is_step
from latprobe.soak.placed_file import PlacedFile

LOG_NAME: Final = "latency.hlog"

_NS_IN_MAX: Final = 1e6
"""The format's own: the longest time of an interval is told in milliseconds."""

_LINE: Final = re.compile(rb"Tag=([^,]*),([\d.]+),([\d.]+),[\d.]+,(\S+)")


@dataclass(frozen=True)
class LoggedTimes:
    """A line of the log: seconds since the start of the soak, and HDR V2 in Base64."""

    tag: str
    elapsed_s: float
    seconds: float
    histogram: str


class IntervalLog:
    """Writes at the end of a log, which stays readable whenever that stops.

    Args:
        path: The log.
        length: Where it ends; what stands behind that is no whole interval, and goes.

    Raises:
        OSError: where it cannot be written.
    """

    def __init__(self, path: Path, length: int) -> None:
        self._file = PlacedFile(path)
        self.length = length
        self._file.cut(length)

    def begin(self, started: datetime.datetime, soak: str) -> None:
        """Writes what stands before the first interval.

        Raises:
            OSError: where that is not possible.
        """
        head = (
            "#[Histogram log format version 1.3]\n"
            f"#[latprobe soak {soak}: times in nanoseconds, a tag for each stage]\n"
            f"#[StartTime: {started.timestamp():.3f} (seconds since epoch), {started:%c}]\n"
            '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"\n'
        )
        self._file.write(head.encode(), 0)
        self.length = len(head.encode())

    def append(self, elapsed_s: float, interval: Interval) -> None:
        """Adds an interval, behind a comment where the clock on the wall was stepped in it.

        Raises:
            OSError: where that is not possible; the log then is as it was.
        """
        mark = _mark(interval)
        lines = [_line(elapsed_s, interval.seconds, it) for it in interval.times]
        body = mark + b"".join(b"#" + line[1:] for line in lines)
        try:
            self._file.write(body, self.length)
        except OSError:
            self._file.cut(self.length)
            raise
        self.length += len(mark)
        for line in lines:
            self._file.write(line[:1], self.length)
            self.length += len(line)

    def cut(self, length: int) -> None:
        """Takes away what stands behind `length`.

        Raises:
            OSError: where that is not possible.
        """
        self._file.cut(length)
        self.length = length

    def settle(self) -> None:
        """Has the disk hold what was written.

        Raises:
            OSError: where it does not.
        """
        self._file.settle()

    def close(self) -> None:
        """Ends writing."""
        self._file.close()


def read_log(path: Path) -> Iterator[LoggedTimes]:
    """Each whole line of a log, in order.

    Raises:
        SoakError: where it cannot be read.
    """
    try:
        with path.open("rb") as log:
            for line in log:
                found = _LINE.fullmatch(line.rstrip(b"\n"))
                if found is not None and line.endswith(b"\n"):
                    tag, start, seconds, histogram = (it.decode("utf-8") for it in found.groups())
                    yield LoggedTimes(tag, float(start), float(seconds), histogram)
    except (OSError, ValueError) as error:
        raise SoakError(f"{path}: cannot be read: {error}") from error


def tag_of(name: str) -> str:
    """A stage's name as the format takes it: without commas and blanks."""
    return re.sub(r"[\s,]", "_", name)


def _mark(interval: Interval) -> bytes:
    step_ns = interval.wall_step_ns
    if not is_step(step_ns, interval.seconds):
        return b""
    return b"#[the clock on the wall was stepped by %+.3f s in this interval]\n" % (step_ns / 1e9)


def _line(elapsed_s: float, seconds: float, times: TaggedTimes) -> bytes:
    longest = times.max_ns / _NS_IN_MAX
    tag = tag_of(times.tag)
    line = f"Tag={tag},{elapsed_s:.3f},{seconds:.3f},{longest:.6f},{times.histogram}\n"
    return line.encode()
