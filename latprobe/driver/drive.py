"""All forks of one run."""

import json
import random
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import psutil

from latprobe.callables.job import callables_job_of, nothing_called
from latprobe.driver.again import run_undisturbed
from latprobe.driver.allocator import find_allocator
from latprobe.driver.control import Watched, idle_control
from latprobe.driver.cpus import control_cpu, fork_cpu, out_of_the_way, worker_cpus
from latprobe.driver.driving import driving_of
from latprobe.driver.extent import WHOLE, Extent, steps_within
from latprobe.driver.fork import Job, run_fork
from latprobe.driver.overlap import with_stalls
from latprobe.driver.plan import (
    NOTHING,
    TAIL_REPLAYS,
    Counting,
    Step,
    Volume,
    conditions_of,
    plan,
    plan_service,
    plan_tail,
)
from latprobe.driver.preload import write_preloaded
from latprobe.driver.simulation.fork import (
    OnMessages,
    Simulation,
    simulate_job,
    simulated_fork,
)
from latprobe.driver.simulation.simulate import Simulated
from latprobe.driver.skew import measure_skews
from latprobe.run.counters import Unsupported
from latprobe.run.model import Collector, CostPass, Fork
from latprobe.run.noise import Discarded, Noise
from latprobe.run.platform import Platform
from latprobe.run.tail import worst_messages
from latprobe.run.threads import Skew
from latprobe.scenario import Drive, Scenario

if TYPE_CHECKING:
    from latprobe.service.job import ServiceJob

_SHARE_OF_FREE_MEMORY = 0.75


Batch = tuple[int, int, int, int, int]
"""Messages, and where in bytes their `(recv_ns, payload offsets, payload, payload size)` are."""


@dataclass(frozen=True)
class Replayable:
    """A feed file that can be mapped, and where its batches lie in it."""

    path: Path
    batches: tuple[Batch, ...]


@dataclass(frozen=True)
class Progress:
    """How far a run is. Steps count from 0; messages are those of the step in hand."""

    step: Step
    step_number: int
    steps: int
    messages: int
    messages_in_step: int


@dataclass(frozen=True)
class Driven:
    """What came of driving.

    Attributes:
        forks: All forks, in the order in which they ran.
        harness_cost_ns: Amortised cost of handing a message of this feed to a target that does
            nothing; None where even that failed.
        platform: What an idle control saw; None where it came to nothing.
        skews: By how much the clocks of the CPUs of a target's threads differ from the forks'.
        noise: What was left to chance, and which forks were run again; None of a service, whose
            forks run in the order of their plan and are not judged by what the kernel counted.
        unsupported: What could not be measured here.
    """

    forks: tuple[Fork, ...]
    harness_cost_ns: float | None
    platform: Platform | None
    noise: Noise | None
    skews: tuple[Skew, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What a run is asked for besides what stands in its scenario.

    Attributes:
        spans: Stages to be timed as one, each by the index of the first and of the last.
        replay_tail: Whether the slowest messages are run again.
        has_threads: Whether the target works on threads of its own, which then get CPUs.
        counting: The events that are counted.
        simulation: How events are simulated, where they are.
        service: What is run in the place of a library.
        extent: What is left out.
        memory: Whether memory is looked at over time.
    """

    spans: Sequence[tuple[int, int]] = ()
    replay_tail: bool = False
    has_threads: bool = False
    counting: Counting = NOTHING
    simulation: Simulation | None = None
    service: "ServiceJob | None" = None
    extent: Extent = WHOLE
    memory: bool = False

    @property
    def unsupported(self) -> Iterator[Unsupported]:
        """What is asked for and cannot be had of such a target."""
        if self.has_threads:
            yield from _on_other_threads(self.counting, self.simulation)
        if self.service is not None and self.memory:
            yield _NO_MEMORY_OF_SERVICES


def drive(
    scenario: Scenario,
    feed: Replayable,
    volume: Volume,
    asked: Asked,
    on_progress: Callable[[Progress], None],
) -> Driven:
    """Runs the forks of a scenario, one after the other, and an idle control beside them.

    A collector whose fork failed is given up, and the others go on; where the target fails in the
    first pass, which only looks at what it understands, nothing else is tried.
    """
    # What a service starts beside itself has CPUs of its own, as threads have.
    has_others = asked.has_threads or asked.service is not None
    job = job_of(scenario, feed, volume, has_threads=has_others)
    job = replace(job, events=asked.counting.events, service=asked.service)
    unsupported = [*asked.unsupported]
    seed = scenario.drive.shuffle
    noise = Noise(secrets.randbits(32) if seed is None else seed, scenario.drive.repeats)
    steps = _steps_of(job, scenario.drive, asked, noise)
    discarded: list[Discarded] = []
    own_cpu = control_cpu(job.cpu, job.worker_cpus)
    skews = measure_skews(job.cpu, job.worker_cpus) if asked.has_threads else ()
    with (
        fork_folder() as folder,
        _control(asked.extent, job.cpu, own_cpu, folder) as watched,
        out_of_the_way(job.cpu, *job.worker_cpus, own_cpu),
    ):
        most_again = TAIL_REPLAYS * len(conditions_of(scenario.drive))
        in_all = len(steps) + (most_again if asked.replay_tail else 0)
        within = enumerate(steps_within(steps, asked.extent))
        forks = [*_run_steps(scenario.drive, job, within, in_all, folder, on_progress, discarded)]
        if asked.replay_tail:
            again = plan_tail(worst_messages(forks))
            numbered, in_all = enumerate(again, len(steps)), len(steps) + len(again)
            forks += _run_steps(scenario.drive, job, numbered, in_all, folder, on_progress)
        seen = watched()
        has_cost = asked.service is None and asked.extent.is_whole
        cost_ns = _harness_cost(job, folder) if has_cost else None
    if seen is not None:
        forks = [*with_stalls(forks, seen)]
    if asked.simulation and not asked.has_threads and forks[0].failure is None:
        simulated = _simulate(job, asked.simulation, in_all, on_progress)
        if isinstance(simulated, Fork):
            forks.append(simulated)
        else:
            unsupported.append(simulated)
    platform = None if seen is None else seen.platform
    drawn = None
    if asked.service is None:
        drawn = msgspec.structs.replace(noise, discarded=tuple(discarded))
    return Driven(tuple(forks), cost_ns, platform, drawn, skews, tuple(unsupported))


def _steps_of(job: Job, drive: Drive, asked: Asked, noise: Noise) -> list[Step]:
    """What every fork looks at, in the order in which they run."""
    if job.service is not None:
        return plan_service(drive, is_called=job.service["is_called"])
    dice = random.Random(noise.seed)  # noqa: S311  # an order is no secret
    is_python = job.callables is not None
    counting = NOTHING if asked.has_threads else asked.counting
    return plan(drive, asked.spans, dice, counting, is_python=is_python, with_memory=asked.memory)


def _control(
    extent: Extent, fork_cpu: int | None, own_cpu: int | None, folder: Path
) -> AbstractContextManager[Callable[[], Watched | None]]:
    """The idle control, or what has seen nothing."""
    if extent.is_whole:
        return idle_control(fork_cpu, own_cpu, folder)
    return nullcontext(lambda: None)


def _on_other_threads(counting: Counting, simulation: Simulation | None) -> Iterator[Unsupported]:
    """What is not told of a target with threads of its own."""
    if counting.events:
        yield Unsupported(
            "counters",
            "the target works on threads of its own, and what is counted is that of the thread "
            "which hands messages over",
            "count the same stages in a target that does all work itself",
        )
    if simulation is not None:
        yield Unsupported(
            "simulated counters",
            "the target works on threads of its own, of which callgrind runs one at a time",
            "simulate the same stages in a target that does all work itself",
        )


_NO_MEMORY_OF_SERVICES: Final = Unsupported(
    "memory over time",
    "an asyncio target is handed its messages by its own loop, which nothing looks into",
    "look at the code that it calls as a target of its own",
)


def _simulate(
    job: Job, simulation: Simulation, steps: int, on_progress: Callable[[Progress], None]
) -> Fork | Unsupported:
    """Simulates once the forks have ended: it is not timed, and takes every CPU that it can get."""

    def report(messages: int, of: int) -> None:
        on_progress(Progress(Step("simulation", 0), steps - 1, steps, messages, of))

    with fork_folder() as folder:
        return simulated_fork(job, simulation, folder, report)


def simulate_scenario(
    scenario: Scenario,
    feed: Replayable,
    volume: Volume,
    simulation: Simulation,
    on_messages: OnMessages,
) -> Simulated:
    """Simulates alone, and answers all that was found.

    Raises:
        NotSimulatedError: why not, and what would help.
    """
    job = job_of(scenario, feed, volume, has_threads=False)
    with fork_folder() as folder:
        return simulate_job(job, simulation, folder, on_messages)


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
        forks = _run_steps(scenario.drive, job, enumerate(steps), len(steps), folder, on_progress)
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


def job_of(scenario: Scenario, feed: Replayable, volume: Volume, *, has_threads: bool) -> Job:
    """What every fork of a scenario has in common: a digest fork, in closed driving.

    Raises:
        ScenarioError: for an allocator that is not there.
    """
    cpu = fork_cpu(scenario.drive.cpu)
    return Job(
        collector="digest",
        index=0,
        library=scenario.target.library,
        target=scenario.target.name,
        config=json.dumps(scenario.target.config),
        feed=feed.path,
        batches=feed.batches,
        warmup=volume.warmup,
        measured=volume.measured,
        span=None,
        sequences=(),
        cpu=cpu,
        clock=scenario.drive.clock,
        memory_bytes=scenario.limits.memory_bytes or _default_memory(),
        timeout_s=scenario.limits.timeout_s,
        worker_cpus=worker_cpus(scenario.drive.worker_cpus, cpu) if has_threads else (),
        callables=callables_job_of(scenario.target),
        env=scenario.env,
        allocator=None if scenario.allocator is None else find_allocator(scenario.allocator),
    )


@contextmanager
def fork_folder() -> Iterator[Path]:
    """A folder for the files of forks, with what is preloaded into them."""
    with tempfile.TemporaryDirectory(prefix="latprobe-") as name:
        folder = Path(name)
        write_preloaded(folder)
        yield folder


def _run_steps(
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


def _harness_cost(job: Job, folder: Path) -> float | None:
    """Drives the target that does nothing over the same feed: one of Python where the other is."""
    nothing = None if job.callables is None else nothing_called(job.callables)
    null = replace(
        job,
        collector="cost",
        library="builtin",
        target="null",
        worker_cpus=(),
        callables=nothing,
    )
    result = run_fork(null, folder, lambda _: None).result
    return result.total_ns / result.messages if isinstance(result, CostPass) else None


def _default_memory() -> int:
    return int(psutil.virtual_memory().available * _SHARE_OF_FREE_MEMORY)
