"""Forks of two sides in pairs: at the same time, in turns on one CPU, in random order.

Whatever the machine does to a pair, it does to both of its forks within some milliseconds; and
which of them begins is drawn anew for each pair, as is where the memory of each fork begins, so
that two sides that are alike are exchangeable.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Final

from latprobe.driver.cpus import out_of_the_way
from latprobe.driver.driving import driving_of
from latprobe.driver.fork import run_fork
from latprobe.driver.job import Job
from latprobe.driver.layout import draw_layout
from latprobe.driver.plan import Volume
from latprobe.driver.scenario_job import Replayable, fork_folder, job_of
from latprobe.driver.turn_plan import Turn
from latprobe.driver.turns import in_turns
from latprobe.run.model import Collector, Fork
from latprobe.scenario import Scenario

PAIRED: Final[tuple[Collector, ...]] = ("cost", "latency")
"""What a pair watches, each in two forks of its own."""

Both = tuple[Fork, Fork]
"""The fork of the first side and that of the second."""


class Pairs:
    """Runs forks of two sides; see `pairs_of`.

    Args:
        jobs: What is run of each side.
        folders: A folder for the files of each side's forks.
        seed: Which side begins in which pair, and where each fork's memory begins, follows from it.
    """

    def __init__(self, jobs: tuple[Job, Job], folders: tuple[Path, Path], seed: int) -> None:
        self._jobs = jobs
        self._folders = folders
        self._random = Random(seed)  # noqa: S311  # an order is no secret
        self._done = 0

    def exact(self, collector: Collector, volume: Volume) -> Both:
        """One fork of each side that counts, one after the other."""
        jobs = [_with(job, collector, volume, 0) for job in self._jobs]
        before, after = (
            run_fork(job, folder, _unwatched)
            for job, folder in zip(jobs, self._folders, strict=True)
        )
        return before, after

    def run(self, turn: Turn) -> tuple[Both, ...]:
        """The next pair: for each of `PAIRED`, the forks of both sides."""
        first = self._random.randrange(2)
        run = self._in_turns if turn.messages else self._one_after_the_other
        found = tuple(run(collector, turn, first) for collector in PAIRED)
        self._done += 1
        return found

    def _in_turns(self, collector: Collector, turn: Turn, first: int) -> Both:
        turns = in_turns(turn.messages, first)
        jobs = [
            replace(self._timed(job, collector, turn), turns=own)
            for job, own in zip(self._jobs, turns, strict=True)
        ]
        with ThreadPoolExecutor(2) as both:
            running = [
                both.submit(run_fork, job, folder, _unwatched)
                for job, folder in zip(jobs, self._folders, strict=True)
            ]
            before, after = (it.result() for it in running)
        return before, after

    def _one_after_the_other(self, collector: Collector, turn: Turn, first: int) -> Both:
        forks: dict[int, Fork] = {}
        for side in (first, 1 - first):
            job = self._timed(self._jobs[side], collector, turn)
            forks[side] = run_fork(job, self._folders[side], _unwatched)
        return forks[0], forks[1]

    def _timed(self, job: Job, collector: Collector, turn: Turn) -> Job:
        layout = draw_layout(self._random)
        return replace(_with(job, collector, turn.volume, self._done), layout=layout)


@contextmanager
def pairs_of(
    sides: tuple[Scenario, Scenario],
    feed: Replayable,
    *,
    seed: int,
    has_threads: bool = False,
) -> Iterator[Pairs]:
    """What runs forks of both sides, while the block lasts.

    Args:
        sides: Two scenarios that drive alike.
        feed: What both replay.
        seed: Of all that is left to chance.
        has_threads: Whether targets get CPUs for threads of their own.
    """
    nothing = Volume(0, 1)
    before, after = (job_of(it, feed, nothing, has_threads=has_threads) for it in sides)
    with (
        fork_folder() as one,
        fork_folder() as other,
        out_of_the_way(before.cpu, *before.worker_cpus),
    ):
        driven = (_driven(before, sides[0]), _driven(after, sides[1]))
        yield Pairs(driven, (one, other), seed)


def _driven(job: Job, scenario: Scenario) -> Job:
    return replace(job, driving=driving_of(scenario.drive, "warm", job.measured, job.cpu))


def _with(job: Job, collector: Collector, volume: Volume, index: int) -> Job:
    return replace(
        job, collector=collector, index=index, warmup=volume.warmup, measured=volume.measured
    )


def _unwatched(_: int) -> None:
    """Forks of a pair are short: a pair is the step that is shown."""
