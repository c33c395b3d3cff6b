"""What every fork of a scenario has in common."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from latprobe.callables.job import callables_job_of
from latprobe.driver.allocator import find_allocator
from latprobe.driver.cpus import fork_cpu, worker_cpus
from latprobe.driver.job import Job
from latprobe.driver.plan import Volume
from latprobe.driver.preload import write_preloaded
from latprobe.scenario import Scenario
from latprobe.temporary_folder import temporary_folder

_SHARE_OF_FREE_MEMORY: Final = 0.75

Batch = tuple[int, int, int, int, int]
"""Messages, and where in bytes their `(recv_ns, payload offsets, payload, payload size)` are."""


@dataclass(frozen=True)
class Replayable:
    """A feed file that can be mapped, and where its batches lie in it."""

    path: Path
    batches: tuple[Batch, ...]


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
    with temporary_folder() as folder:
        write_preloaded(folder)
        yield folder


def _default_memory() -> int:
    return int(psutil.virtual_memory().available * _SHARE_OF_FREE_MEMORY)
