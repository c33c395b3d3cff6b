"""A soak from its first message, or the next one, to its report."""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from latprobe.cli.soak.core_note import core_note
from latprobe.cli.soak.last_messages import LAST_NAME, keep_last
from latprobe.cli.soak.prepared import PreparedSoak
from latprobe.driver.cpus import control_cpu, out_of_the_way
from latprobe.driver.scenario_job import fork_folder
from latprobe.driver.soak.control import soak_control
from latprobe.driver.soak.job import soak_job
from latprobe.driver.soak.run import Listener, run_part
from latprobe.driver.soak.stress import stressed
from latprobe.errors import FeedError, RunError
from latprobe.feed.transport.stop import Stop
from latprobe.pipeline.feeds import replayable
from latprobe.run.instrument import Instrument
from latprobe.run.model import Failure
from latprobe.run.soak_document import Notice, Part, SoakDocument
from latprobe.run.soak_interval import SoakInterval
from latprobe.soak.boot_clock import boot_id, since_boot_s
from latprobe.soak.document import write_soak
from latprobe.soak.totals import Totals


@dataclass(frozen=True)
class Seen:
    """What there is to show after an interval.

    Attributes:
        document: As it stands.
        elapsed_s: Since the start of the soak.
        interval: The last.
        totals: All since latprobe was started.
    """

    document: SoakDocument
    elapsed_s: float
    interval: SoakInterval
    totals: Totals


class Session:
    """Runs one part of a soak and keeps what comes of it.

    Args:
        prepared: What is soaked, and where it goes.
        stop: Asked whether the user wants the end.
        show: Is told of each interval.
        notice: Is told of what happens to the soak itself.
    """

    def __init__(
        self,
        prepared: PreparedSoak,
        stop: Stop,
        show: Callable[[Seen], None],
        notice: Callable[[str], None],
    ) -> None:
        self.document = prepared.document
        self.totals = Totals()
        self._prepared = prepared
        self._folder = prepared.folder
        self._stop = stop
        self._show = show
        self._notice = notice
        self._problem: str | None = None
        self._deadline = float("inf")

    def run(self) -> SoakDocument:
        """Runs until the time is over, the user wants the end, or the target fails."""
        document = msgspec.structs.replace(self.document, ended=None, ended_by=None, failure=None)
        self.document = document
        write_soak(document, self._folder.path)
        settings = document.settings
        with ExitStack() as stack:
            forks = stack.enter_context(fork_folder())
            allowed = frozenset(os.sched_getaffinity(0))
            job = soak_job(
                document.scenario,
                [replayable(it) for it in self._prepared.feeds],
                warmup=settings.warmup,
                interval_s=settings.interval_s,
                first_sequence=self._prepared.first_sequence,
                allowed=allowed,
                keeps_core=settings.cores,
                stress=settings.stress,
            )
            own_cpu = control_cpu(job.cpu)
            stack.enter_context(out_of_the_way(job.cpu, own_cpu))
            control = stack.enter_context(soak_control(own_cpu, settings.interval_s))

            def started(pid: int) -> None:
                stack.enter_context(stressed(settings.stress, pid, forks, self.note))

            listener = Listener(self._begin, self._take, self._is_over, started)
            failure = run_part(job, forks, control, listener)
        return self._end(failure)

    def _begin(self, instrument: Instrument) -> None:
        """Time counts from here on, when the worker has measured its clock."""
        elapsed_s = self._folder.elapsed_s
        self._deadline = time.monotonic() + self.document.settings.duration_s - elapsed_s
        started = datetime.now(UTC).isoformat()
        part = Part(
            *(started, elapsed_s, self._prepared.first_sequence, instrument),
            boot_id=boot_id(),
            since_boot_s=since_boot_s(),
        )
        self._write(parts=(*self.document.parts, part))

    def _take(self, interval: SoakInterval) -> None:
        problem = self._folder.take(interval)
        self.totals.add(interval.measured.times)
        if problem != self._problem:
            waiting = f"{self._folder.waiting} intervals wait in memory"
            self.note(f"{problem}: {waiting}" if problem else "intervals are written again")
            self._problem = problem
        self._show(Seen(self.document, self._folder.elapsed_s, interval, self.totals))

    def _is_over(self) -> bool:
        return self._stop.requested or time.monotonic() >= self._deadline

    def note(self, words: str) -> None:
        """Keeps what happened to the soak itself, and says it."""
        self._notice(words)
        self._write(notices=(*self.document.notices, Notice(self._folder.elapsed_s, words)))

    def _end(self, failure: Failure | None) -> SoakDocument:
        problem = self._folder.write_waiting()
        self._folder.close()
        if problem:
            self.note(f"{problem}: {self._folder.lost} intervals are lost")
        ended_by = self._stop.reason if self._stop.requested else None
        if failure is not None:
            ended_by = "the target"
            self._keep_last(failure)
        self._write(
            ended=datetime.now(UTC).isoformat(),
            ended_by=ended_by,
            failure=failure,
            lost_intervals=self.document.lost_intervals + self._folder.lost,
        )
        return self.document

    def _keep_last(self, failure: Failure) -> None:
        """Keeps the messages that led to it, where it came to any."""
        if failure.message is None or failure.reason == "refused":
            return
        prepared, out = self._prepared, self._folder.path / LAST_NAME
        done = failure.message - prepared.first_sequence
        try:
            count = keep_last(prepared.feeds, done, self.document.id, out)
        except FeedError as error:
            self.note(f"the messages that led to it cannot be kept: {error}")
            return
        words = f"the {count:,} messages that led to it are kept: `latprobe run --feed {out}`"
        self.note(f"{words} replays them. {core_note(cores=self.document.settings.cores)}")

    def _write(self, **changes: object) -> None:
        """The document is small, and is written as a whole where it can be."""
        self.document = msgspec.structs.replace(self.document, **changes)
        try:
            write_soak(self.document, self._folder.path)
        except RunError as error:
            self._notice(str(error))
