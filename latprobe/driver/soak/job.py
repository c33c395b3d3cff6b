"""What a worker is asked to soak."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latprobe.callables.job import CallablesJob
from latprobe.driver.cpus import siblings
from latprobe.driver.driving import pace_of
from latprobe.driver.plan import Volume
from latprobe.driver.scenario_job import Replayable, job_of
from latprobe.driver.soak.stress import stress_environment
from latprobe.scenario import Scenario


@dataclass(frozen=True)
class SoakJob:
    """See `latprobe.driver.soak.worker`. CPUs are those that the sorting thread may be on.

    `env` and `steps_clock` are of the worker's environment, see `latprobe.driver.preload`.
    """

    library: str
    target: str
    config: str
    callables: CallablesJob | None
    feeds: tuple[Replayable, ...]
    pace: str
    warmup: int
    interval_s: float
    first_sequence: int
    cpu: int | None
    sorter_cpus: tuple[int, ...]
    clock: str
    memory_bytes: int | None
    timeout_s: float
    env: Mapping[str, str]
    allocator: Path | None
    keeps_core: bool
    steps_clock: bool

    def message(self, *, progress_fd: int, stop_fd: int, intervals_fd: int) -> bytes:
        """The job as the worker reads it."""
        settings: dict[str, Any] = {
            "pace": json.loads(self.pace),
            "warmup": self.warmup,
            "interval_ns": self.interval_s * 1e9,
            "first_sequence": self.first_sequence,
            "sorter_cpus": self.sorter_cpus,
        }
        message: dict[str, Any] = {
            "library": self.library,
            "target": self.target,
            "config": self.config,
            "callables": self.callables,
            "feeds": [{"path": str(it.path), "batches": it.batches} for it in self.feeds],
            "settings": settings,
            "cpu": self.cpu,
            "clock": self.clock,
            "memory_bytes": self.memory_bytes,
            "keeps_core": self.keeps_core,
            "progress_fd": progress_fd,
            "stop_fd": stop_fd,
            "intervals_fd": intervals_fd,
        }
        return json.dumps(message).encode()


def soak_job(
    scenario: Scenario,
    feeds: Sequence[Replayable],
    *,
    warmup: int,
    interval_s: float,
    first_sequence: int,
    allowed: frozenset[int],
    keeps_core: bool,
    stress: Sequence[str] = (),
) -> SoakJob:
    """What a scenario, which has a plan, is soaked with.

    Args:
        scenario: With its `drive` as it is to be.
        feeds: Each in its turn.
        warmup: Messages before the first that counts.
        interval_s: Length of an interval.
        first_sequence: Number of the first message.
        allowed: The CPUs that this process may be on.
        keeps_core: Whether the kernel may keep a core of the worker.
        stress: What is done to it on purpose.
    """
    pace = pace_of(scenario.drive)
    assert pace is not None
    usual = job_of(scenario, feeds[0], Volume(warmup, 1), has_threads=False)
    others: set[int] = set()
    if usual.cpu is not None:
        others = set(allowed) - siblings(usual.cpu) - {usual.cpu} or set(allowed) - {usual.cpu}
    return SoakJob(
        library=usual.library,
        target=usual.target,
        config=usual.config,
        callables=usual.callables,
        feeds=tuple(feeds),
        pace=pace,
        warmup=warmup,
        interval_s=interval_s,
        first_sequence=first_sequence,
        cpu=usual.cpu,
        sorter_cpus=tuple(sorted(others)),
        clock=usual.clock,
        memory_bytes=usual.memory_bytes,
        timeout_s=usual.timeout_s,
        env={**usual.env, **stress_environment(stress)},
        allocator=usual.allocator,
        keeps_core=keeps_core,
        steps_clock="clock" in stress,
    )
