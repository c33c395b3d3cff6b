"""Starting one fork, watching it, and saying how it ended."""

import math
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Final, Literal

import msgspec

from latprobe.driver.cpus import starting_on
from latprobe.driver.job import Job
from latprobe.driver.layout import VARIABLE
from latprobe.driver.migrations import Migrations, read_migrations
from latprobe.driver.preload import fork_environment
from latprobe.driver.send import send_job
from latprobe.driver.shared_word import shared_word
from latprobe.driver.turns import WAITED_FOR
from latprobe.driver.worker import REFUSED
from latprobe.run.model import (
    Collector,
    Drift,
    Failure,
    Fork,
    Instrument,
    PassResult,
    Resources,
)
from latprobe.run.platform import Usage

_POLL_SECONDS: Final = 0.01
NOT_STARTED: Final = 2**64 - 1
_NUMBER: Final = 2**62 - 1
"""The number itself, without what stands beside it."""
_LAST_WORDS_BYTES: Final = 2000
_NEAR_LIMIT: Final = 0.8

# What runtimes write when the system has no memory left to give them.
_OUT_OF_MEMORY: Final = ("memory allocation of", "bad_alloc", "out of memory", "MemoryError")


class _Answer(msgspec.Struct, frozen=True):
    instrument: Instrument | None
    drift: Drift | None
    result: PassResult
    usage: Usage


class _Refusal(msgspec.Struct, frozen=True):
    refused: str


@dataclass(frozen=True)
class _Watched:
    hung: bool
    peak_rss_bytes: int


@dataclass(frozen=True)
class _Ended:
    """How a worker ended, and at which message; negative statuses are signals."""

    status: int
    message: int | None
    resources: Resources
    is_hung: bool


def run_fork(job: Job, folder: Path, on_progress: Callable[[int], None]) -> Fork:
    """Runs `job` in a fresh process, with its files in `folder`.

    Calls `on_progress` with the number of messages done, some times a second. However the process
    ends, so does everything that it started.
    """
    result_path, log_path = folder / "result.json", folder / "output.log"
    result_path.unlink(missing_ok=True)
    descriptors = () if job.turns is None else job.turns.descriptors
    with (
        shared_word("progress", NOT_STARTED) as (progress_fd, progress),
        log_path.open("wb") as log,
    ):
        started = time.monotonic()
        with starting_on(job.cpu):
            process = subprocess.Popen(  # a fixed command, no shell
                [sys.executable, "-m", "latprobe.driver.worker"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(progress_fd, *descriptors),
                start_new_session=True,
                env=_environment(job, folder),
            )
        try:
            for descriptor in descriptors:
                os.close(descriptor)  # so that a fork sees when the other one has ended
            send_job(process, job.message(result_path, progress_fd))
            watched = _watch(process, job.timeout_s, progress, on_progress)
        finally:
            migrations = read_migrations(process.pid)
            status, usage = end_worker(process)
        message = number_in_hand(progress)
    seconds = time.monotonic() - started
    peak_rss_bytes = max(watched.peak_rss_bytes, _own_peak(usage))
    resources = _resources(usage, seconds, peak_rss_bytes, migrations)
    ended = _Ended(status, message, resources, is_hung=watched.hung)
    return _fork_of(job, ended, result_path, log_path)


def _fork_of(job: Job, ended: _Ended, result_path: Path, log_path: Path) -> Fork:
    """What came of a job: the answer of its worker, or why there is none."""
    fork = Fork(
        job.collector,
        job.index,
        job.cpu,
        ended.resources,
        condition=job.condition,
        worker_cpus=job.worker_cpus,
        layout=job.layout,
    )
    if ended.status != 0 or ended.is_hung or not result_path.exists():
        failure = _failure(job, ended, result_path, log_path)
        return msgspec.structs.replace(fork, failure=failure)
    answer = msgspec.json.decode(result_path.read_bytes(), type=_Answer)
    return msgspec.structs.replace(
        fork,
        instrument=answer.instrument,
        drift=answer.drift,
        result=answer.result,
        usage=answer.usage,
    )


def _failure(job: Job, ended: _Ended, result_path: Path, log_path: Path) -> Failure:
    if ended.is_hung:
        return Failure("hung", _hung(job, last_words(log_path)), ended.message)
    if ended.status == REFUSED and result_path.exists():
        refusal = msgspec.json.decode(result_path.read_bytes(), type=_Refusal)
        return Failure("refused", refusal.refused, ended.message)
    at_limit = ended.resources.max_rss_bytes > _NEAR_LIMIT * (job.memory_bytes or math.inf)
    reason, detail = ending_of(ended.status, last_words(log_path), at_limit=at_limit)
    return Failure(reason, detail, ended.message)


def _hung(job: Job, words: str) -> str:
    """What is said of a fork that stands still: a thread of its may have ended, and others wait."""
    said = f"; it said: {words}" if words else ""
    return f"no message was finished in {job.timeout_s:g} s{said}"


def _resources(
    usage: resource.struct_rusage,
    seconds: float,
    peak_rss_bytes: int,
    migrations: Migrations,
) -> Resources:
    return Resources(
        seconds=seconds,
        user_s=usage.ru_utime,
        system_s=usage.ru_stime,
        max_rss_bytes=peak_rss_bytes,
        minor_faults=usage.ru_minflt,
        major_faults=usage.ru_majflt,
        voluntary_switches=usage.ru_nvcsw,
        involuntary_switches=usage.ru_nivcsw,
        migrations=migrations.count,
        migrations_unsupported=migrations.unsupported,
    )


def _environment(job: Job, folder: Path) -> dict[str, str]:
    is_python = job.callables is not None or job.service is not None
    collector = _watched_beside(job.collector, job.env) if is_python else job.collector
    environment = fork_environment(job.env, collector, job.allocator, folder)
    if job.layout is not None:
        environment[VARIABLE] = "x" * job.layout.environment_bytes
    return environment


def _watched_beside(collector: Collector, env: Mapping[str, str]) -> Collector | None:
    """What a preloaded library watches of Python callables.

    Call sites are memray's. A balance of bytes in use is one where the interpreter takes small
    blocks from malloc as well, and not from an allocator of its own.
    """
    is_whole = env.get("PYTHONMALLOC", "").startswith("malloc")
    is_left = collector == "callsites" or (collector == "memory" and not is_whole)
    return None if is_left else collector


def _watch(
    process: "subprocess.Popen[bytes]",
    timeout_s: float,
    progress: mmap,
    on_progress: Callable[[int], None],
) -> _Watched:
    """Waits for the process to end, or to stand still for too long."""
    last, since, peak_rss_bytes = NOT_STARTED, time.monotonic(), 0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak_rss_bytes = _peak_rss(process.pid) or peak_rss_bytes
        number = int.from_bytes(progress[:], sys.byteorder)
        if number != last:
            last, since = number, time.monotonic()
            on_progress(number & _NUMBER)
        elif is_waited_for(number):
            since = time.monotonic()
        elif time.monotonic() - since > timeout_s:
            return _Watched(True, peak_rss_bytes)
        time.sleep(_POLL_SECONDS)
    return _Watched(False, peak_rss_bytes)


def _peak_rss(pid: int) -> int:
    """The most memory that a process has had resident; 0 for one that has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _own_peak(usage: resource.struct_rusage) -> int:
    """The same of one that has ended; 0 where it had less than this process, and nobody knows.

    What took much just before its end was not seen. But the kernel counts in what the parent had
    when it was started.
    """
    peak = usage.ru_maxrss
    return 1024 * peak if peak > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss else 0


def end_worker(process: "subprocess.Popen[bytes]") -> tuple[int, resource.struct_rusage]:
    """Ends the worker, if it still runs, and whatever it left behind in its session.

    It is killed before it is waited for: until then its number belongs to nobody else. Answers the
    exit status (negative for a signal), and what the kernel counted.
    """
    os.killpg(process.pid, signal.SIGKILL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def is_waited_for(number: int) -> bool:
    """Whether a plan has no message now: a target does not hang that has nothing to do."""
    return number != NOT_STARTED and bool(number & WAITED_FOR)


def number_in_hand(progress: mmap) -> int | None:
    """Number of the message that a worker is at, or was; None before the first."""
    number = int.from_bytes(progress[:], sys.byteorder)
    return None if number == NOT_STARTED else number & _NUMBER


def last_words(log_path: Path) -> str:
    """The end of what the worker wrote."""
    with log_path.open("rb") as log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - _LAST_WORDS_BYTES))
        return log.read().decode(errors="replace").strip()


def ending_of(
    status: int, last_words: str, *, at_limit: bool
) -> tuple[Literal["crashed", "out of memory"], str]:
    """Says in words how a worker ended that should not have."""
    ending = f"ended by {_signal_name(-status)}" if status < 0 else f"ended with exit code {status}"
    if last_words:
        ending += f"; it said: {last_words}"
    killed = status == -signal.SIGKILL  # not by us: the kernel does that when memory runs out
    if at_limit or killed or any(words in last_words for words in _OUT_OF_MEMORY):
        return "out of memory", ending
    return "crashed", ending


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
