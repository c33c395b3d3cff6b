"""An idle control beside a soak, whose stalls are told apart by interval."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from latprobe.driver.soak.lines import Lines
from latprobe.run.soak_interval import PlatformStalls

_LONGEST_S: Final = 1.0
"""What it says is of the interval in which it says it: no more than this may be of another."""

_PARTS: Final = 4
"""It tells this often in an interval that is short."""


class Control:
    """Reads what the process says, whenever it is asked.

    Args:
        lines: What it writes.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def since(self) -> PlatformStalls | None:
        """All that it saw since the last call; None where it has said nothing."""
        told = [msgspec.json.decode(it, type=PlatformStalls) for it in self._lines.waiting()]
        if not told:
            return None
        return PlatformStalls(
            watched_ns=sum(it.watched_ns for it in told),
            count=sum(it.count for it in told),
            longest_ns=max(it.longest_ns for it in told),
            stalled_ns=sum(it.stalled_ns for it in told),
            preempted=sum(it.preempted for it in told),
            preempted_ns=sum(it.preempted_ns for it in told),
        )


@contextmanager
def soak_control(cpu: int | None, interval_s: float) -> Iterator[Control | None]:
    """The control on a CPU of its own, while the block lasts; None where there is none for it."""
    if cpu is None:
        yield None
        return
    seconds = min(_LONGEST_S, interval_s / _PARTS)
    process = subprocess.Popen(  # a fixed command, no shell
        [sys.executable, "-m", "latprobe.driver.soak.control_worker", str(cpu), str(seconds)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        os.set_blocking(process.stdout.fileno(), False)
        yield Control(Lines(process.stdout.fileno()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
