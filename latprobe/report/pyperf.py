"""A run as pyperf's JSON, so that `pyperf compare_to`, `hist` and `stats` read it.

The format is version 1.0 of <https://pyperf.readthedocs.io/en/latest/api.html#pyperf-json>: a suite
of benchmarks, of which each has runs, and each of these values in seconds. A fork is a run. Each
figure of a row is a benchmark of its own, with one value for each fork: that is what pyperf's tests
take for independent, and messages within a fork are not.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from latprobe.run.measured import TOTAL
from latprobe.run.model import RunDocument
from latprobe.run.observation import Observation, Observed

_NANOSECOND: Final = 1e-9
_FEWEST: Final = 1


def pyperf_json(run: RunDocument, observed: Observed, *, by_kind: bool = False) -> str:
    """Every timed figure as a benchmark.

    Args:
        run: The run.
        observed: The same, as it is compared.
        by_kind: Whether kinds have benchmarks of their own.

    Raises:
        ValueError: where nothing was timed.
    """
    timed = [it for it in observed.observations if _is_timed(it, by_kind=by_kind)]
    if not timed:
        raise ValueError(f"{run.id}: no fork timed anything that pyperf has a unit for")
    suite = {
        "version": "1.0",
        "metadata": dict(_metadata(run)),
        "benchmarks": [_benchmark(run, it) for it in timed],
    }
    return json.dumps(suite, indent=1, ensure_ascii=True) + "\n"


def _is_timed(it: Observation, *, by_kind: bool) -> bool:
    kinds = by_kind or it.kind is None
    return kinds and it.unit == "ns" and len(it.forks) >= _FEWEST and min(it.forks) > 0


def _benchmark(run: RunDocument, it: Observation) -> dict[str, Any]:
    scope = it.stage if it.kind is None else f"{it.stage}[{it.kind}]"
    name = f"{run.scenario.name}: {scope}: {it.figure}"
    if it.stage == TOTAL and it.kind is None:
        name = f"{run.scenario.name}: {it.figure}"
    about = {"name": name, "unit": "second", "loops": 1}
    forks = [{"values": [value * _NANOSECOND]} for value in it.forks]
    return {"metadata": about, "runs": forks}


def _metadata(run: RunDocument) -> Iterator[tuple[str, str | int]]:
    machine = run.machine
    yield "hostname", machine.hostname
    yield "platform", machine.system
    yield "cpu_model_name", machine.cpu_model
    yield "cpu_count", machine.cpus
    yield "python_version", machine.python
    yield "date", run.started
    yield "description", f"{run.target.name} on {run.feed.name}, by latprobe {run.latprobe_version}"
