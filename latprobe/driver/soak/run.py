"""Running one part of a soak: from the start of its worker to its end."""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Final

import msgspec
import psutil

from latprobe.driver.cpus import starting_on
from latprobe.driver.fork import (
    NOT_STARTED,
    end_worker,
    ending_of,
    is_waited_for,
    last_words,
    number_in_hand,
)
from latprobe.driver.preload import fork_environment
from latprobe.driver.send import send_job
from latprobe.driver.shared_word import WORD_BYTES, shared_word
from latprobe.driver.soak.control import Control
from latprobe.driver.soak.job import SoakJob
from latprobe.driver.soak.lines import Lines
from latprobe.driver.usage import stolen_s_of
from latprobe.run.instrument import Instrument
from latprobe.run.model import Failure
from latprobe.run.soak_interval import Interval, ProcessState, SoakInterval

_POLL_S: Final = 0.05

_TAKEN: Final = b"\n"
"""Tells the worker that the next interval may end."""


class _Line(msgspec.Struct, frozen=True):
    """What the worker says besides intervals."""

    instrument: Instrument | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Listener:
    """Who is told what comes of a part.

    Attributes:
        instrument: Once, before the first interval.
        interval: Each interval, in order.
        is_over: Asked some times a second whether the part shall end.
        started: The number of the worker's process.
    """

    instrument: Callable[[Instrument], None]
    interval: Callable[[SoakInterval], None]
    is_over: Callable[[], bool]
    started: Callable[[int], None]


def run_part(
    job: SoakJob,
    folder: Path,
    control: Control | None,
    listener: Listener,
) -> Failure | None:
    """Soaks until it is over or the target fails, and answers how that was.

    Args:
        job: What is soaked.
        folder: Of the fork's files, see `latprobe.driver.scenario_job.fork_folder`.
        control: The idle control beside it.
        listener: Is told what comes of it.
    """
    log_path = folder / "output.log"
    with (
        shared_word("progress", NOT_STARTED) as (progress_fd, progress),
        shared_word("stop", 0) as (stop_fd, stop),
        _socket_pair() as (own_fd, workers_fd),
        log_path.open("wb") as log,
    ):
        with starting_on(job.cpu):
            process = subprocess.Popen(  # a fixed command, no shell
                [sys.executable, "-m", "latprobe.driver.soak.worker"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(progress_fd, stop_fd, workers_fd),
                start_new_session=True,
                env=fork_environment(
                    job.env, "allocations", job.allocator, folder, steps_clock=job.steps_clock
                ),
            )
        try:
            listener.started(process.pid)
            message = job.message(progress_fd=progress_fd, stop_fd=stop_fd, intervals_fd=workers_fd)
            os.close(workers_fd)  # so that its end is seen
            send_job(process, message)
            part = _Part(job, process, Lines(own_fd), control, listener)
            part.watch(progress, stop)
        finally:
            status, _ = end_worker(process)
        return part.failure(status, number_in_hand(progress), log_path)


class _Part:
    """A worker that runs."""

    def __init__(
        self,
        job: SoakJob,
        process: "subprocess.Popen[bytes]",
        lines: Lines,
        control: Control | None,
        listener: Listener,
    ) -> None:
        self._job = job
        self._process = process
        self._lines = lines
        self._control = control
        self._listener = listener
        self._refused: str | None = None
        self._hung = False
        self._is_ending = False

    def watch(self, progress: mmap, stop: mmap) -> None:
        """Goes on until nothing more comes from the worker, or it stands still for too long."""
        last, since = NOT_STARTED, time.monotonic()
        while not self._lines.is_at_end:
            select.select([self._lines.descriptor], [], [], _POLL_S)
            self._end_in_time(stop)
            for line in self._lines.waiting():
                self._take(line)
                # There may always be a further one, where intervals are shorter than this takes.
                self._end_in_time(stop)
            number = int.from_bytes(progress[:], sys.byteorder)
            if number != last or is_waited_for(number):
                last, since = number, time.monotonic()
            elif time.monotonic() - since > self._job.timeout_s:
                self._hung = True
                return
        os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)

    def _end_in_time(self, stop: mmap) -> None:
        if self._listener.is_over():
            self._is_ending = True
            stop[:] = (1).to_bytes(WORD_BYTES, sys.byteorder)

    def failure(self, status: int, message: int | None, log_path: Path) -> Failure | None:
        """Why it ended, where that was too early."""
        words = last_words(log_path)
        if self._hung:
            detail = f"no message was finished in {self._job.timeout_s:g} s"
            return Failure("hung", f"{detail}; it said: {words}" if words else detail, message)
        if self._refused is not None:
            return Failure("refused", self._refused, message)
        if status == 0:
            return None
        reason, detail = ending_of(status, words, at_limit=False)
        return Failure(reason, detail, message)

    def _take(self, line: bytes) -> None:
        if line.startswith(b'{"start_unix_ns"'):
            measured = msgspec.json.decode(line, type=Interval)
            stalls = None if self._control is None else self._control.since()
            state = self._state(is_ending=self._is_ending)
            self._listener.interval(SoakInterval(measured, state, stalls))
            with suppress(OSError):  # the worker has ended meanwhile
                os.write(self._lines.descriptor, _TAKEN)
            return
        said = msgspec.json.decode(line, type=_Line)
        if said.instrument is not None:
            self._listener.instrument(said.instrument)
        self._refused = said.refused

    def _state(self, *, is_ending: bool) -> ProcessState:
        """As it is now: of a worker that is ending, and has given memory back, nothing."""
        rss = threads = descriptors = None
        if not is_ending:
            with suppress(psutil.Error):  # it has ended meanwhile
                process = psutil.Process(self._process.pid)
                rss, threads = process.memory_info().rss, process.num_threads()
                descriptors = process.num_fds()
        return ProcessState(
            rss_bytes=rss,
            threads=threads,
            descriptors=descriptors,
            own_rss_bytes=psutil.Process().memory_info().rss,
            stolen_s=None if self._job.cpu is None else stolen_s_of(self._job.cpu),
        )


@contextmanager
def _socket_pair() -> Iterator[tuple[int, int]]:
    """This process's end, and the worker's, which is closed by whoever has handed it on."""
    own, workers = (it.detach() for it in socket.socketpair())
    os.set_blocking(own, False)
    try:
        yield own, workers
    finally:
        os.close(own)
