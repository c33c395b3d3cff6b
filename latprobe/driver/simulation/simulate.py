"""A simulation of one target: which replays it needs, and what is made of them."""

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from latprobe.driver.job import Job
from latprobe.driver.preload import fork_environment
from latprobe.driver.runner import place_runner
from latprobe.driver.simulation.caches import option_of
from latprobe.driver.simulation.callgrind_file import CallgrindError, CallgrindFile, read_callgrind
from latprobe.driver.simulation.events import named_events
from latprobe.driver.simulation.marks import marks_of_stage
from latprobe.driver.simulation.replays import OBSERVED, WHOLE, NotSimulatedError, Replays
from latprobe.run.counters import Caches, EventSums, KindEvents, SimulationPass

SIMULATED_WARMUP: Final = 5_000
"""Messages right before those that count that are simulated too: earlier ones only run."""

_REJECTED: Final = 64
_CALLER: Final = "latprobe_kind_"

_INSTALL: Final = "install valgrind (on Debian and Ubuntu: apt-get install valgrind)"


@dataclass(frozen=True)
class Simulated:
    """What came of a simulation.

    Attributes:
        result: For the run document.
        total: What callgrind wrote of whole messages.
        stages: What it wrote of each stage; the marks' own part is in it.
    """

    result: SimulationPass
    total: CallgrindFile
    stages: tuple[CallgrindFile, ...]


@dataclass(frozen=True)
class _Kind:
    """What was seen of one kind.

    Attributes:
        messages: How many.
        marks: Of all of them.
        stages: For each, how many came to its end, and in how many of these it began at a mark.
    """

    messages: int
    marks: int
    stages: tuple[tuple[int, int], ...]


def simulate(
    job: Job,
    stages: Sequence[str],
    kinds: Sequence[str],
    caches: Caches,
    folder: Path,
    on_progress: Callable[[int, int], None],
) -> Simulated:
    """Simulates the target of a job over its messages; `on_progress` is told messages, and of all.

    Raises:
        NotSimulatedError: why not, and what would help.
    """
    started = time.monotonic()
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise NotSimulatedError("valgrind is not installed", _INSTALL)
    if job.callables is not None:
        raise NotSimulatedError(
            "the target is Python, and the simulation's runner loads libraries alone",
            "simulate the native code that it calls as a target of its own",
        )
    if job.library == "builtin":
        raise NotSimulatedError("built-in targets are not simulated", "name a target library")
    replays = _replays(job, caches, folder, valgrind)
    seen = _read_summary(replays.scout())
    what = [WHOLE, OBSERVED, *range(len(stages))]
    in_all = len(what) * replays.messages
    paths = replays.collect(what, lambda messages: on_progress(messages, in_all))
    total, observed, *of_stages = [_read(path) for path in paths]
    marks = _observed_marks(total, observed, sum(it.marks for it in seen.values()))
    result = SimulationPass(
        messages=job.measured,
        warmup=job.warmup,
        simulated_warmup=_simulated_warmup(job),
        kinds=tuple(
            KindEvents(
                None if number == _REJECTED else kinds[number],
                EventSums(kind.messages, _of_kind(total, number)),
                tuple(
                    _stage(_of_kind(it, number), *kind.stages[index], marks)
                    for index, it in enumerate(of_stages)
                ),
            )
            for number, kind in seen.items()
        ),
        caches=caches,
        valgrind=_version(valgrind),
        mark_instructions=float(marks["instructions"]),
        seconds=time.monotonic() - started,
    )
    return Simulated(result, total, tuple(of_stages))


def _replays(job: Job, caches: Caches, folder: Path, valgrind: str) -> Replays:
    simulated_from = job.warmup - _simulated_warmup(job)
    return Replays(
        runner=place_runner(job, folder),
        volume=[str(job.warmup), str(simulated_from), str(job.measured)],
        messages=job.warmup + job.measured,
        folder=folder,
        environment=fork_environment(job.env, None, job.allocator, folder),
        valgrind=[
            valgrind,
            "--tool=callgrind",
            "--vgdb=no",
            "--instr-atstart=no",
            "--collect-atstart=no",
            "--cache-sim=yes",
            "--branch-sim=yes",
            f"--I1={option_of(caches.instructions)}",
            f"--D1={option_of(caches.data)}",
            f"--LL={option_of(caches.last_level)}",
        ],
        timeout_s=job.timeout_s,
    )


def _simulated_warmup(job: Job) -> int:
    return min(job.warmup, SIMULATED_WARMUP)


def _read_summary(text: str) -> dict[int, _Kind]:
    """A line for each kind: its number, messages, marks, and two numbers for each stage."""
    kinds: dict[int, _Kind] = {}
    for line in text.splitlines():
        number, messages, marks, *rest = map(int, line.split())
        stages = tuple(zip(rest[::2], rest[1::2], strict=True))
        kinds[number] = _Kind(messages, marks, stages)
    return kinds


def _read(path: Path) -> CallgrindFile:
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            return read_callgrind(lines)
    except (OSError, CallgrindError) as error:
        raise NotSimulatedError(
            f"callgrind's figures cannot be read: {error}", "see whether valgrind is whole"
        ) from error


def _of_kind(file: CallgrindFile, number: int) -> dict[str, int]:
    """What `on_message` caused for messages of one kind: there is a caller for each."""
    return named_events(file.called.get(f"{_CALLER}{_octal(number)}", {}))


def _octal(number: int) -> str:
    """As `native/simulate/callers.c` names them: `00` to `07`, `010` to `077`, `0100`."""
    return f"0{number:o}"


def _observed_marks(
    total: CallgrindFile, observed: CallgrindFile, marks: int
) -> Mapping[str, Fraction]:
    """What observing one mark adds."""
    plain, more = _all_kinds(total), _all_kinds(observed)
    return {event: Fraction(more[event] - plain[event], max(marks, 1)) for event in plain}


def _all_kinds(file: CallgrindFile) -> dict[str, int]:
    kinds = [_of_kind(file, number) for number in range(_REJECTED + 1)]
    return {event: sum(it[event] for it in kinds) for event in kinds[0]}


def _stage(
    events: Mapping[str, int], messages: int, from_mark: int, marks: Mapping[str, Fraction]
) -> EventSums:
    taken_off = {
        event: count - marks_of_stage(event, marks[event], messages, from_mark)
        for event, count in events.items()
    }
    return EventSums(messages, {event: max(0, count) for event, count in taken_off.items()})


def _version(valgrind: str) -> str:
    done = subprocess.run([valgrind, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip()
