"""An idle control: a process that only reads the clock, and sees what the platform does meanwhile.

It spins beside the forks where there is a CPU for it. Where there is none, it spins on theirs for a
while before them.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from latprobe.driver.send import send_job
from latprobe.driver.shared_word import WORD_BYTES, shared_word
from latprobe.run.platform import Platform

_BEFORE_SECONDS: Final = 0.5
_LONGEST_SECONDS: Final = 7 * 86_400.0
_END_SECONDS: Final = 30.0


class Stall(msgspec.Struct, frozen=True):
    """A time in which the control had its CPU and did not run, in ticks of the clock."""

    start_ticks: int
    end_ticks: int


class _Answer(msgspec.Struct, frozen=True):
    threshold_ns: float
    watched_ns: float
    count: int
    longest_ns: float
    stalled_ns: float
    histogram: str
    preempted: int
    preempted_ns: float
    ns_per_tick: float
    stalls: tuple[Stall, ...]


@dataclass(frozen=True)
class Watched:
    """What a control saw.

    Attributes:
        platform: For the run document.
        stalls: In the order in which they came; of more than a million, the longer ones.
        ns_per_tick: Length of one of their ticks.
    """

    platform: Platform
    stalls: tuple[Stall, ...]
    ns_per_tick: float


@contextmanager
def idle_control(
    fork_cpu: int | None, own_cpu: int | None, folder: Path
) -> Iterator[Callable[[], Watched | None]]:
    """Watches the platform while forks run in the block, or before it where there is no other CPU.

    Args:
        fork_cpu: Where the forks run; None where they are not pinned.
        own_cpu: Where the control can run beside them; None where it cannot.
        folder: For the control's files.

    Yields:
        What ends the control and answers what it saw; None where it came to nothing.
    """
    if own_cpu is not None:
        with _spinning(own_cpu, _LONGEST_SECONDS, folder) as answer:
            yield lambda: _watched(answer(True), "beside", own_cpu)
        return
    with _spinning(fork_cpu, _BEFORE_SECONDS, folder) as answer:
        watched = _watched(answer(False), "before", fork_cpu)
    yield lambda: watched


@contextmanager
def _spinning(
    cpu: int | None, seconds: float, folder: Path
) -> Iterator[Callable[[bool], _Answer | None]]:
    """The process, for as long as the block lasts.

    Yields what waits for its answer, and ends it before if asked to; None where it failed.
    """
    result = folder / "control.json"
    with shared_word("control", 0) as (stop_fd, stop):
        process = subprocess.Popen(  # a fixed command, no shell
            [sys.executable, "-m", "latprobe.driver.control_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(stop_fd,),
        )

        def answer(now: bool) -> _Answer | None:
            if now:
                stop[:] = (1).to_bytes(WORD_BYTES, sys.byteorder)
            try:
                code = process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                return None
            if code != 0:
                return None
            return msgspec.json.decode(result.read_bytes(), type=_Answer)

        try:
            job = {"cpu": cpu, "seconds": seconds, "stop_fd": stop_fd, "result": str(result)}
            send_job(process, json.dumps(job).encode())
            yield answer
        finally:
            process.kill()
            process.wait()


def _watched(
    seen: _Answer | None, place: Literal["beside", "before"], cpu: int | None
) -> Watched | None:
    if seen is None or seen.watched_ns <= 0:
        return None
    platform = Platform(
        place=place,
        cpu=cpu,
        threshold_ns=seen.threshold_ns,
        watched_ns=seen.watched_ns,
        count=seen.count,
        longest_ns=seen.longest_ns,
        stalled_ns=seen.stalled_ns,
        share=seen.stalled_ns / seen.watched_ns,
        histogram=seen.histogram,
        preempted=seen.preempted,
        preempted_ns=seen.preempted_ns,
    )
    return Watched(platform, seen.stalls, seen.ns_per_tick)
