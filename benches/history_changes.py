"""How many steps are found, and how many that are none, beside Otava, asv and ruptures."""

import json
import subprocess
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from benches import history_peers
from benches.figure import Figure
from benches.native import BenchError
from latprobe.run.figures import figures_of
from latprobe.run.measured import TOTAL, Measured
from latprobe.run.model import Figure as MeasuredFigure
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run
from latprobe.stats.change_points import change_points

SERIES: Final = 200
BEFORE: Final = 60
WITHIN: Final = 3
"""A step is to be found by so many runs after it."""
_NEAR: Final = 2
"""And at its place, give or take so many runs."""
_STEPS: Final = (0.03, 0.10)
_QUIET_RUNS: Final = 500
_QUIET_SERIES: Final = 40
_LEAST_FOUND: Final = 0.9
_MOST_ALARMS: Final = 1.0
_PEERS: Final = Path("target/history-peers")
_NOISE: Final = Path(__file__).with_name("history_noise.json")
"""Levels of whole messages in 61 runs of one and the same target (the engine of ITCH 5.0), one
after the other on a virtual machine: in 9 forks each while its neighbours were quiet, and in 5
while they were busy."""
_MEASURED: Final = ("mean", "p50", "p99", "cost")


class Found(Struct, frozen=True):
    """What one tool found under one kind of noise.

    Attributes:
        found: Share of the steps.
        alarms_per_1000: Changes in 1,000 runs of which none changed.
        us_per_run: Microseconds that it took for a run of those.
    """

    found: float
    alarms_per_1000: float
    us_per_run: float


class UnderNoise(Struct, frozen=True):
    """What each tool found: `deviation` is the standard deviation of the noise, as a share."""

    noise: str
    deviation: float
    tools: dict[str, Found]


def measure(noise_runs: Path | None) -> tuple[UnderNoise, ...]:
    """Simulates under normal noise, and under noise that was measured."""
    kinds = {
        "normal, 0.5 %": _normal(0.005),
        "normal, 1 %": _normal(0.01),
        **_measured(noise_runs),
    }
    peers = _peers()
    return tuple(_under(name, noise, peers) for name, noise in kinds.items())


def figures(found: Sequence[UnderNoise]) -> list[Figure]:
    """A row for each kind of noise and tool."""
    rows = []
    for under in found:
        for tool, it in under.tools.items():
            own = tool == "latprobe"
            good = it.found >= _LEAST_FOUND and it.alarms_per_1000 <= _MOST_ALARMS
            rows.append(
                Figure(
                    f"steps of 3 to 10 %, noise {under.noise} (sd {under.deviation:.1%}): {tool}",
                    f"{it.found:.1%} within {WITHIN} runs; {it.alarms_per_1000:.2f} false alarms "
                    f"in 1,000 runs; {it.us_per_run:,.0f} µs a run",
                    ">= 90 %; <= 1" if own else "",
                    good if own else None,
                )
            )
    return rows


def _normal(deviation: float) -> NDArray[np.float64]:
    return 1 + deviation * np.random.default_rng(1).standard_normal(10_000)


def _measured(folder: Path | None) -> dict[str, NDArray[np.float64]]:
    """Each run's level for the median of all, from runs of one and the same target."""
    machines: dict[str, dict[str, list[float]]] = json.loads(_NOISE.read_bytes())
    if folder is not None:
        machines = {str(folder): levels_in(folder)}
    return {
        f"of total {name} over {len(values)} runs, {machine}": np.array(values) / np.median(values)
        for machine, measured in machines.items()
        for name, values in measured.items()
    }


def levels_in(folder: Path) -> dict[str, list[float]]:
    """The levels of whole messages in the run documents of a folder, in the order of time."""
    runs = [_levels(read_run(path)) for path in sorted(folder.glob("*.json"))]
    return {name: [it[f"{name}_ns"] for it in runs] for name in _MEASURED}


def _levels(run: RunDocument) -> dict[str, float]:
    """Those of the document, or of its forks, where it is from before there were levels."""
    levels = _of_total(run.figures)
    if levels is None:
        levels = _of_total(figures_of(Measured(run.target.stages, run.spans, run.forks)))
    if levels is None:
        raise BenchError(f"{run.id}: no times of whole messages")
    return levels


def _of_total(figures: Sequence[MeasuredFigure]) -> dict[str, float] | None:
    usual = (it for it in figures if it.stage == TOTAL and it.kind is None and it.is_usual)
    return next((it.levels for it in usual), None)


def _peers() -> Path | None:
    """An interpreter for which the peers are installed, apart from latprobe's own."""
    python = _PEERS / "bin" / "python"
    if not python.exists():
        venv.create(_PEERS, with_pip=True)
    # Otava asks for a database's, a chat's and a cloud's client, none of which its detector needs.
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    for wanted in (["asv", "numpy", "ruptures", "scipy"], ["--no-deps", "apache-otava"]):
        if subprocess.run([*pip, *wanted], check=False).returncode:
            return None
    return python


def _under(name: str, noise: NDArray[np.float64], peers: Path | None) -> UnderNoise:
    random = np.random.default_rng(2)
    stepped = [_stepped(random, noise) for _ in range(SERIES)]
    quiet = [100 * random.choice(noise, _QUIET_RUNS) for _ in range(_QUIET_SERIES)]
    series = [it.tolist() for it in (*stepped, *quiet)]
    places, seconds = history_peers.timed(_latprobe, series[:SERIES], series[SERIES:])
    tools = {"latprobe": _scored(places, seconds)}
    tools |= {tool: _scored(*it) for tool, it in _said(peers, series).items()}
    return UnderNoise(name, float(np.std(noise)), tools)


def _latprobe(values: Sequence[float]) -> list[int]:
    return [it.index for it in change_points(values)]


def _stepped(random: np.random.Generator, noise: NDArray[np.float64]) -> NDArray[np.float64]:
    values = 100 * random.choice(noise, BEFORE + WITHIN)
    values[BEFORE:] *= 1 + random.uniform(*_STEPS) * random.choice([-1, 1])
    return values


def _said(
    peers: Path | None, series: list[list[float]]
) -> Mapping[str, tuple[list[list[int]], float]]:
    if peers is None:
        return {}
    done = subprocess.run(
        [str(peers), history_peers.__file__],
        input=json.dumps([series[:SERIES], series[SERIES:]]),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"the peers: {done.stderr.strip()}")
    found: dict[str, tuple[list[list[int]], float]] = json.loads(done.stdout)
    return found


def _scored(places: list[list[int]], quiet_s: float) -> Found:
    found = sum(any(abs(it - BEFORE) <= _NEAR for it in one) for one in places[:SERIES])
    alarms = sum(len(one) for one in places[SERIES:])
    runs = _QUIET_RUNS * _QUIET_SERIES
    return Found(found / SERIES, alarms / runs * 1_000, quiet_s / runs * 1e6)
