"""All forks of one run."""

import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from latprobe.callables.job import nothing_called
from latprobe.driver.control import Watched, idle_control
from latprobe.driver.cpus import control_cpu, out_of_the_way
from latprobe.driver.extent import WHOLE, Extent, steps_within
from latprobe.driver.fork import run_fork
from latprobe.driver.job import Job
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
from latprobe.driver.scenario_job import Replayable, fork_folder, job_of
from latprobe.driver.simulation.fork import (
    OnMessages,
    Simulation,
    simulate_job,
    simulated_fork,
)
from latprobe.driver.simulation.simulate import Simulated
from latprobe.driver.skew import measure_skews
from latprobe.driver.steps import Progress, run_steps
from latprobe.run.counters import Unsupported
from latprobe.run.model import CostPass, Fork
from latprobe.run.noise import Discarded, Noise
from latprobe.run.platform import Platform
from latprobe.run.tail import worst_messages
from latprobe.run.threads import Skew
from latprobe.scenario import Drive, Scenario

if TYPE_CHECKING:
    from latprobe.service.job import ServiceJob


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
        forks = [*run_steps(scenario.drive, job, within, in_all, folder, on_progress, discarded)]
        if asked.replay_tail:
            again = plan_tail(worst_messages(forks))
            numbered, in_all = enumerate(again, len(steps)), len(steps) + len(again)
            forks += run_steps(scenario.drive, job, numbered, in_all, folder, on_progress)
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
