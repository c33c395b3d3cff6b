"""A simulation as a fork of a run."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from latprobe.driver.job import Job
from latprobe.driver.simulation.replays import NotSimulatedError
from latprobe.driver.simulation.simulate import Simulated, simulate
from latprobe.run.counters import Caches, Unsupported
from latprobe.run.model import Fork, Resources


@dataclass(frozen=True)
class Simulation:
    """What is to be simulated.

    Attributes:
        stages: The target's stages, in order.
        kinds: Its message kinds, in order.
        caches: Those of the processor.
        messages: At most so many.
    """

    stages: tuple[str, ...]
    kinds: tuple[str, ...]
    caches: Caches
    messages: int


OnMessages = Callable[[int, int], None]
"""Told some times a second how many messages are done, and of how many."""


def simulate_job(
    job: Job, simulation: Simulation, folder: Path, on_messages: OnMessages
) -> Simulated:
    """Simulates no more messages of a job than are wanted.

    Raises:
        NotSimulatedError: why not, and what would help.
    """
    few = replace(
        job,
        collector="simulation",
        warmup=min(job.warmup, simulation.messages),
        measured=min(job.measured, simulation.messages),
    )
    return simulate(
        few, simulation.stages, simulation.kinds, simulation.caches, folder, on_messages
    )


def simulated_fork(
    job: Job, simulation: Simulation, folder: Path, on_messages: OnMessages
) -> Fork | Unsupported:
    """The simulation's result as a fork's, or why there is none.

    What the kernel counts of a simulation says nothing about the target: of its resources only the
    time that it took is kept.
    """
    try:
        simulated = simulate_job(job, simulation, folder, on_messages)
    except NotSimulatedError as error:
        return Unsupported("simulated counters", str(error), error.remedy)
    resources = Resources(simulated.result.seconds, 0.0, 0.0, 0, 0, 0, 0, 0)
    return Fork("simulation", 0, None, resources, result=simulated.result)
