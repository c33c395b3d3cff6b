"""Soaks that are killed at random moments: what is lost, and whether they go on.

Each is killed twice: at a moment by chance from when its folder appears, and after `--resume` has
added an interval to it. Both times the files are read, by latprobe and by HdrHistogram's reader.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa

from benches.figure import Figure
from latprobe.soak.document import read_soak
from latprobe.soak.series import SERIES_NAME, Series
from tests.soaks import histograms_in, series_in

_INTERVAL_S: Final = 0.2
_WITHIN_S: Final = 3.0
"""Some of that is before the first message."""

_DEADLINE_S: Final = 120.0
_SEED: Final = 1


@dataclass(frozen=True)
class Killed:
    """What a kill left.

    Attributes:
        lost_s: From the end of the last interval that was kept to the kill; 0 before the first
            message.
        intervals: How many were kept.
    """

    lost_s: float
    intervals: int

    @property
    def lost(self) -> int:
        """Intervals that had ended when the kill came, and were not kept."""
        return int(self.lost_s / _INTERVAL_S)


def figure_of_kills(count: int, library: Path, folder: Path) -> Figure:
    """The row of the table.

    Raises:
        SoakError: where a file could not be read after a kill.
    """
    dice = random.Random(_SEED)  # noqa: S311  # of moments
    killed = []
    for number in range(count):
        print(f"killing a soak, {number + 1} of {count}", file=sys.stderr)
        killed.append(_killed(dice.uniform(0, _WITHIN_S), library, folder / str(number)))
    worst = max(killed, key=lambda it: it.lost_s)
    early = sum(it.intervals == 0 for it in killed)
    kept = sum(it.intervals for it in killed)
    return Figure(
        f"kill -9 at {count} random moments, {early} before an interval's end: intervals lost",
        f"at most {worst.lost}: {worst.lost_s:.3f} s, in intervals of {_INTERVAL_S:g} s; "
        f"{kept} kept and read, and all {count} soaks went on",
        "≤ 1, files readable",
        worst.lost <= 1,
    )


def _killed(moment_s: float, library: Path, folder: Path) -> Killed:
    folder.mkdir()
    scenario = folder / "soak.toml"
    scenario.write_text(
        f'name = "soak"\nfeed = {{ synth = "itch50" }}\ndrive = {{ warmup = 0 }}\n'
        f'[target]\nlibrary = "{library}"\nname = "keeping"\n',
        encoding="utf-8",
    )
    pace = ("--rate", "20k/s", "--duration", "10m", "--interval", f"{_INTERVAL_S}s")
    with _soaking(folder, str(scenario), *pace, "--results", str(folder / "soaks")) as process:
        _wait(process, lambda: any((folder / "soaks").glob("soak-*")))
        time.sleep(moment_s)
        process.kill()
        ended_s = time.time()
    (soak,) = (folder / "soaks").glob("soak-*")
    series = _readable(soak)
    killed = Killed(_lost_s(soak, series, ended_s), len(series))
    with _soaking(folder, "--resume", str(soak)) as process:
        _wait(process, lambda: len(series_in(soak)) > len(series))
    series = _readable(soak)
    last = series.largest("last_sequence")
    handed_over = int(series.column("messages").sum())
    assert handed_over == (0 if last is None else last + 1), f"{handed_over} messages, to {last}"
    return killed


def _readable(soak: Path) -> Series:
    """Reads all that is there by every reader, and holds one against the other."""
    series = series_in(soak)
    rows = pa.ipc.open_stream((soak / SERIES_NAME).read_bytes()).read_all().num_rows
    assert rows == len(series)
    totals = sum(it.get_tag() == "total" for it in histograms_in(soak))
    # That of the row which was not written any more may be there.
    assert totals - int((series.column("recorded") > 0).sum()) in (0, 1)
    return series


def _lost_s(soak: Path, series: Series, ended_s: float) -> float:
    if len(series):
        starts, seconds = series.column("start_unix_ns"), series.column("seconds")
        return max(0.0, ended_s - (float(starts[-1]) / 1e9 + float(seconds[-1])))
    parts = read_soak(soak).parts
    return ended_s - datetime.fromisoformat(parts[0].started).timestamp() if parts else 0.0


@contextmanager
def _soaking(folder: Path, *arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A soak that runs; it is killed at the end of the block, if it has not been."""
    command = [sys.executable, "-c", "from latprobe.cli.main import main; main()", "soak"]
    environment = {**os.environ, "TMPDIR": str(folder)}  # what a kill leaves there goes with it
    with (folder / "shown").open("ab") as shown:
        process = subprocess.Popen(
            [*command, *arguments], stdout=shown, stderr=shown, env=environment
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", has_come: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _DEADLINE_S
    while not has_come():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"the soak {process.args!r} ended, or does not go on")
        time.sleep(0.02)
