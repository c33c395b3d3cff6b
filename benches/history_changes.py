"""How many steps are found, and how many that are none, beside Otava and asv."""

import json
import subprocess
import sys
import tempfile
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
from latprobe.run.measured import TOTAL
from latprobe.run.model import Figure as MeasuredFigure
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
_NOISE_RUNS: Final = 60
_MEASURED: Final = ("p50_ns", "cost_ns")

_SCENARIO: Final = """
name = "noise"
feed = {{ synth = "itch50", messages = 30_000 }}
drive = {{ forks = 5, warmup = 5_000 }}
[target]
library = "{library}"
name = "engine-itch50-after"
"""


class Found(Struct, frozen=True):
    """What one tool found under one kind of noise.

    Attributes:
        found: Share of the steps.
        alarms_per_1000: Changes in 1,000 runs of which none changed.
    """

    found: float
    alarms_per_1000: float


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
                    "in 1,000 runs",
                    ">= 90 %; <= 1" if own else "",
                    good if own else None,
                )
            )
    return rows


def _normal(deviation: float) -> NDArray[np.float64]:
    return 1 + deviation * np.random.default_rng(1).standard_normal(10_000)


def _measured(folder: Path | None) -> dict[str, NDArray[np.float64]]:
    """Each run's figure for the median of all, from runs of one and the same target."""
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        paths = sorted((folder or _run(Path(name))).glob("*.json"))
        runs = [read_run(path) for path in paths]
    found = {}
    for figure in _MEASURED:
        values = np.array(
            [getattr(it, figure) for run in runs for it in run.figures if _is_total(it)],
            dtype=np.float64,
        )
        name = figure.removesuffix("_ns")
        found[f"of total {name} over {len(values)} runs"] = values / np.median(values)
    return found


def _is_total(figure: MeasuredFigure) -> bool:
    return figure.stage == TOTAL and figure.kind is None and figure.is_usual


def _run(folder: Path) -> Path:
    scenario = folder / "noise.toml"
    library = Path("target/release/liblatprobe_reference.so").resolve()
    scenario.write_text(_SCENARIO.format(library=library), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("latprobe")), "run", str(scenario)]
    results = folder / "runs"
    for _ in range(_NOISE_RUNS):
        done = subprocess.run(
            [*command, "--results", str(results)], capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 3):
            raise BenchError(f"latprobe run: {done.stderr.strip()}")
    return results


def _peers() -> Path | None:
    """An interpreter for which the peers are installed, apart from latprobe's own."""
    python = _PEERS / "bin" / "python"
    if not python.exists():
        venv.create(_PEERS, with_pip=True)
    # Otava asks for a database's, a chat's and a cloud's client, none of which its detector needs.
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    for wanted in (["asv", "numpy", "scipy"], ["--no-deps", "apache-otava"]):
        if subprocess.run([*pip, *wanted], check=False).returncode:
            return None
    return python


def _under(name: str, noise: NDArray[np.float64], peers: Path | None) -> UnderNoise:
    random = np.random.default_rng(2)
    stepped = [_stepped(random, noise) for _ in range(SERIES)]
    quiet = [100 * random.choice(noise, _QUIET_RUNS) for _ in range(_QUIET_SERIES)]
    series = [it.tolist() for it in (*stepped, *quiet)]
    said: dict[str, list[list[int]]] = {
        "latprobe": [[it.index for it in change_points(values)] for values in series]
    }
    said |= _said(peers, series)
    tools = {tool: _scored(places) for tool, places in said.items()}
    return UnderNoise(name, float(np.std(noise)), tools)


def _stepped(random: np.random.Generator, noise: NDArray[np.float64]) -> NDArray[np.float64]:
    values = 100 * random.choice(noise, BEFORE + WITHIN)
    values[BEFORE:] *= 1 + random.uniform(*_STEPS) * random.choice([-1, 1])
    return values


def _said(peers: Path | None, series: list[list[float]]) -> Mapping[str, list[list[int]]]:
    if peers is None:
        return {}
    done = subprocess.run(
        [str(peers), history_peers.__file__],
        input=json.dumps(series),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"the peers: {done.stderr.strip()}")
    found: dict[str, list[list[int]]] = json.loads(done.stdout)
    return found


def _scored(places: list[list[int]]) -> Found:
    found = sum(any(abs(it - BEFORE) <= _NEAR for it in one) for one in places[:SERIES])
    alarms = sum(len(one) for one in places[SERIES:])
    return Found(found / SERIES, alarms / (_QUIET_RUNS * _QUIET_SERIES) * 1_000)
