"""Forks in turn, each of which looks at one thing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from latprobe.driver.again import run_undisturbed
from latprobe.driver.cpus import out_of_the_way
from latprobe.driver.driving import driving_of
from latprobe.driver.fork import run_fork
from latprobe.driver.job import Job
from latprobe.driver.plan import Step, Volume
from latprobe.driver.scenario_job import Replayable, fork_folder, job_of
from latprobe.run.model import Collector, Fork
from latprobe.run.noise import Discarded
from latprobe.scenario import Drive, Scenario

if TYPE_CHECKING:
    from latprobe.service.job import ServiceJob


@dataclass(frozen=True)
class Progress:
    """How far a run is. Steps count from 0; messages are those of the step in hand."""

    step: Step
    step_number: int
    steps: int
    messages: int
    messages_in_step: int


def drive_steps(
    scenario: Scenario,
    feed: Replayable,
    volume: Volume,
    steps: Sequence[Step],
    on_progress: Callable[[Progress], None],
    *,
    has_threads: bool = False,
    capture: Path | None = None,
    service: "ServiceJob | None" = None,
) -> tuple[Fork, ...]:
    """Runs some forks in closed driving, whose figures are exact: with no idle control beside them.

    A collector whose fork failed is given up, and the others go on. Of Python targets memray's own
    file is kept in `capture`, where there is one. A `service` is run by its plan.
    """
    has_others = has_threads or service is not None
    usual = job_of(scenario, feed, volume, has_threads=has_others)
    job = replace(usual, capture=capture, service=service)
    with fork_folder() as folder, out_of_the_way(job.cpu, *job.worker_cpus):
        forks = run_steps(scenario.drive, job, enumerate(steps), len(steps), folder, on_progress)
        return tuple(forks)


def run_collector(
    collector: Collector,
    scenario: Scenario,
    feed: Replayable,
    volume: Volume,
    on_messages: Callable[[int], None],
    *,
    has_threads: bool = False,
    events: tuple[str, ...] = (),
    service: "ServiceJob | None" = None,
) -> Fork:
    """Runs a single fork, driven as the scenario says, in the usual condition.

    `on_messages` is told some times a second how many are done; `events` are those that a counters
    pass counts, and `service` is what is run in the place of a library.
    """
    has_others = has_threads or service is not None
    usual = job_of(scenario, feed, volume, has_threads=has_others)
    job = replace(
        usual,
        collector=collector,
        events=events,
        service=service,
        driving=driving_of(scenario.drive, "warm", volume.measured, usual.cpu),
    )
    with fork_folder() as folder, out_of_the_way(job.cpu, *job.worker_cpus):
        return run_fork(job, folder, on_messages)


def run_steps(
    drive: Drive,
    job: Job,
    steps: Iterable[tuple[int, Step]],
    in_all: int,
    folder: Path,
    on_progress: Callable[[Progress], None],
    discarded: list[Discarded] | None = None,
) -> Iterator[Fork]:
    """Runs forks in turn; what is discarded goes to that list, where there is one."""
    total = job.warmup + job.measured
    given_up: set[tuple[str, str]] = set()
    for number, step in steps:
        if (step.collector, step.condition) in given_up or ("digest", "warm") in given_up:
            continue

        def report(messages: int, step: Step = step, number: int = number) -> None:
            on_progress(Progress(step, number, in_all, messages, total))

        one = replace(
            job,
            collector=step.collector,
            index=step.index,
            span=step.span,
            sequences=step.sequences,
            condition=step.condition,
            driving=driving_of(drive, step.condition, job.measured, job.cpu),
            layout=step.layout,
        )
        run = partial(run_fork, one, folder, report)
        fork = run() if discarded is None else run_undisturbed(run, drive.repeats, discarded)
        if fork.failure is not None:
            given_up.add((step.collector, step.condition))
        yield fork
