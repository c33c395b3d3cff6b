"""All forks of one run."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from latprobe import _core
from latprobe.driver.fork import Job, run_fork
from latprobe.driver.plan import Step, Volume, plan
from latprobe.run.model import Fork
from latprobe.scenario import Scenario

_SHARE_OF_FREE_MEMORY = 0.75


@dataclass(frozen=True)
class Replayable:
    """A feed file that can be mapped, and where its batches lie in it.

    Each batch is `(messages, recv_ns, payload offsets, payload, payload size)` in bytes.
    """

    path: Path
    batches: tuple[tuple[int, int, int, int, int], ...]


@dataclass(frozen=True)
class Progress:
    """How far a run is. Steps count from 0; messages are those of the step in hand."""

    step: Step
    step_number: int
    steps: int
    messages: int
    messages_in_step: int


def drive(
    scenario: Scenario,
    feed: Replayable,
    volume: Volume,
    spans: Sequence[tuple[int, int]],
    on_progress: Callable[[Progress], None],
) -> list[Fork]:
    """Runs the forks of a scenario, one after the other.

    A collector whose fork failed is given up, and the others go on; where the target fails in the
    first pass, which only looks at what it understands, nothing else is tried.
    """
    forks: list[Fork] = []
    steps = plan(scenario.drive)
    cpu = _cpu(scenario.drive.cpu)
    memory_bytes = scenario.limits.memory_bytes or _default_memory()
    with tempfile.TemporaryDirectory(prefix="latprobe-") as name, _out_of_the_way(cpu):
        folder = Path(name)
        (folder / "liblatprobe_allocator.so").write_bytes(_core.ALLOCATOR_LIBRARY)
        given_up: set[str] = set()
        for number, step in enumerate(steps):
            if step.collector in given_up or "digest" in given_up:
                continue
            job = Job(
                collector=step.collector,
                index=step.index,
                library=scenario.target.library,
                target=scenario.target.name,
                config=json.dumps(scenario.target.config),
                feed=feed.path,
                batches=feed.batches,
                warmup=volume.warmup,
                measured=volume.measured,
                spans=tuple(spans),
                cpu=cpu,
                memory_bytes=memory_bytes,
                timeout_s=scenario.limits.timeout_s,
            )
            total = volume.warmup + volume.measured

            def report(
                messages: int, step: Step = step, number: int = number, total: int = total
            ) -> None:
                on_progress(Progress(step, number, len(steps), messages, total))

            fork = run_fork(job, folder, report)
            forks.append(fork)
            if fork.failure is not None:
                given_up.add(step.collector)
    return forks


def _cpu(wanted: int | None) -> int | None:
    """The CPU to pin forks to: the last one that is allowed, since interrupts gather on the first.

    None where pinning is not to be had.
    """
    allowed = os.sched_getaffinity(0)
    if wanted is not None:
        return wanted if wanted in allowed else None
    return max(allowed)


@contextmanager
def _out_of_the_way(cpu: int | None) -> Iterator[None]:
    """Keeps this process off the forks' CPU, where there is another."""
    allowed = os.sched_getaffinity(0)
    others = allowed - {cpu}
    if others:
        os.sched_setaffinity(0, others)
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _default_memory() -> int:
    return int(psutil.virtual_memory().available * _SHARE_OF_FREE_MEMORY)
