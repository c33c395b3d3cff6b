"""Run documents that are made up, by the thousand, as small as they can be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from latprobe.run.model import (
    FeedRecord,
    Figure,
    Machine,
    RunDocument,
    TargetRecord,
    VerdictRecord,
)
from latprobe.scenario import Scenario, TargetReference

SCENARIOS: Final = 20
STAGES: Final = ("parse", "book", "total")
MINUTE_MS: Final = 60_000
_STEP: Final = 1.05
_NOISE: Final = 0.005


def made_runs(count: int, end_ms: int, *, every_ms: int, seed: int = 1) -> Iterator[RunDocument]:
    """Runs of twenty scenarios in turn, of which every other one steps up now and then."""
    noise = np.random.default_rng(seed).standard_normal((count, len(STAGES)))
    for number in range(count):
        started_ms = end_ms - (count - 1 - number) * every_ms
        scenario, place = number % SCENARIOS, number // SCENARIOS
        steps = place // 150 % 2 if scenario % 2 else 0
        level = 100.0 * _STEP**steps * (1 + scenario)
        yield made_run(number, started_ms, scenario, place, level * (1 + _NOISE * noise[number]))


def made_run(
    number: int, started_ms: int, scenario: int, place: int, means: NDArray[np.float64]
) -> RunDocument:
    """One run, with a mean for each stage."""
    started = np.datetime64(started_ms, "ms")
    name = f"scenario-{scenario:02d}"
    mean = float(means[-1])
    return RunDocument(
        id=f"{name}-{number:06d}",
        started=f"{started}Z",
        seconds=1.0 + number / 1e6,
        latprobe_version="0.1.0",
        scenario=Scenario(name, "feed", TargetReference("lib.so", "target")),
        feed=FeedRecord("feed", "itch50", "made", "latprobe", "5f" * 32, 1_000, True),
        target=TargetRecord(
            *("lib.so", "target", "family", "made up", "itch50", STAGES[:-1], ("add",), ()),
            sha256=f"{place:064x}",
            build_id=None,
            git_revision=f"{place:040x}",
            git_branch="main",
        ),
        machine=Machine("made", "Linux 6", "Made", 8, 2**35, False, None, "3.11"),
        spans=(),
        warmup=0,
        messages=1_000,
        forks=(),
        figures=tuple(
            Figure(
                stage,
                None,
                1_000,
                mean_ns=float(value),
                p50_ns=round(value * 0.9),
                p99_ns=round(value * 3),
                p999_ns=round(value * 5),
                max_ns=round(value * 50),
                cost_ns=float(value) * 0.8,
                allocations=2.0,
                levels={
                    "mean_ns": float(value),
                    "p50_ns": float(value) * 0.9,
                    "p99_ns": float(value) * 3,
                    "p999_ns": float(value) * 5,
                    "cost_ns": float(value) * 0.8,
                },
            )
            for stage, value in zip(STAGES, means, strict=True)
        ),
        verdicts=(
            VerdictRecord(
                "total: mean < 105ns",
                "fail" if scenario == 1 and mean > 205 else "pass",  # noqa: PLR2004
                mean,
                (mean * 0.99, mean * 1.01),
                105.0,
                "ns",
                "made up",
            ),
        ),
    )


def write_runs(runs: Iterator[RunDocument], folder: Path) -> None:
    """Writes a document for each run, in folders of a thousand; in haste, not as latprobe does."""
    for number, run in enumerate(runs):
        inner = folder / f"{number // 1_000:03d}"
        if number % 1_000 == 0:
            inner.mkdir(parents=True)
        (inner / f"{run.id}.json").write_bytes(msgspec.json.encode(run))
