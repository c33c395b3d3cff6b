"""How long it takes to hold two large run documents against each other, from file to verdicts."""

import random
import tempfile
import time
from collections import Counter
from pathlib import Path

import msgspec

from latprobe.comparator import compare_sides, observed
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run, write_run_as
from tests.runs import MadeRun

STAGES = tuple(f"stage{number:02}" for number in range(30))
KINDS = tuple(f"kind{number}" for number in range(10))
_MESSAGES = 2_000
"""Of each kind: some 900 different times in a histogram."""

_REPEATS = 3


class CompareSpeed(msgspec.Struct, frozen=True):
    """What was measured: seconds for both documents, the fastest of some repeats."""

    stages: int
    kinds: int
    figures: int
    bytes: int
    seconds: float


def compare_speed(forks: int = 5) -> CompareSpeed:
    """Makes two documents of 30 stages and 10 kinds, and compares them as the command does."""
    with tempfile.TemporaryDirectory(prefix="latprobe-") as folder:
        paths = [Path(folder) / name for name in ("base.json", "new.json")]
        for seed, path in enumerate(paths):
            write_run_as(_document(seed, forks), path)
        seconds, figures = [], 0
        for _ in range(_REPEATS):
            started = time.perf_counter()
            sides = [
                observed(read_run(path), label)
                for path, label in zip(paths, ("base", "new"), strict=True)
            ]
            comparison = compare_sides(*sides)
            seconds.append(time.perf_counter() - started)
            figures = len(comparison.changes)
        size = sum(path.stat().st_size for path in paths)
    return CompareSpeed(len(STAGES), len(KINDS), figures, size, min(seconds))


def _document(seed: int, forks: int) -> RunDocument:
    chance = random.Random(seed)  # noqa: S311  # nothing secret

    def counts() -> dict[int, int]:
        return Counter(round(chance.lognormvariate(6, 0.5)) for _ in range(_MESSAGES))

    times = {kind: {row: counts() for row in (*STAGES, "total")} for kind in KINDS}
    made = MadeRun(stages=STAGES, times=times, costs_ns=(400.0, 401.5, 402.0), forks=forks)
    return msgspec.structs.replace(made.document(), id=f"side-{seed}")
