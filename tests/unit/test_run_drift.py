"""What a run says of a clock that did not keep its pace."""

import msgspec
import pytest

from latprobe.run.measured import Measured
from latprobe.run.model import Drift, Fork
from latprobe.run.warnings import warnings_of
from tests.runs import MadeRun


def problems(*drifts: Drift | None) -> list[str]:
    run = MadeRun(times={"trade": {"total": {30: 100}}}, stages=(), forks=len(drifts)).document()
    timed = [fork for fork in run.forks if fork.collector == "latency"]
    forks: list[Fork] = [
        msgspec.structs.replace(fork, drift=drift)
        for fork, drift in zip(timed, drifts, strict=True)
    ]
    warnings = warnings_of(Measured((), (), forks), run.platform)
    return [it.problem for it in warnings if "drifted" in it.problem]


@pytest.mark.parametrize("ppm", [501.0, -3_000.0])
def test_a_clock_that_drifted_further_than_it_can_be_steered_is_warned_of(ppm: float) -> None:
    (problem,) = problems(Drift(1.0, 0.7), Drift(ppm, 0.7))

    assert f"{ppm:+,.0f} ppm" in problem


def test_a_clock_that_is_steered_is_not_warned_of() -> None:
    assert problems(Drift(499.0, 0.7), Drift(-20.0, 0.9)) == []


def test_a_run_document_without_drift_is_still_read() -> None:
    assert problems(None, None) == []
