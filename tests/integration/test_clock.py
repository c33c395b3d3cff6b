"""The clock that a run is timed by."""

from pathlib import Path

import pytest

from tests.integration.conftest import Bench


def scenario(bench: Bench, clock: str) -> Path:
    path = bench.scenario(bench.feed([b"1"] * 100), "total: errors == 0")
    path.write_text(path.read_text().replace("drive = {", f'drive = {{ clock = "{clock}",'))
    return path


@pytest.mark.parametrize(
    ("clock", "sources"),
    [("counter", {"tsc", "cntvct"}), ("monotonic_raw", {"monotonic_raw"})],
)
def test_a_run_is_timed_by_the_clock_that_its_scenario_names(
    bench: Bench, clock: str, sources: set[str]
) -> None:
    outcome = bench.run(scenario(bench, clock))

    assert outcome.code == 0, outcome.err
    timed = [fork for fork in bench.document["forks"] if fork["instrument"] is not None]
    assert {fork["collector"] for fork in timed} == {"latency", "cost"}
    assert {fork["instrument"]["clock"]["source"] for fork in timed} <= sources
    assert {fork["instrument"]["clock"]["reason"] for fork in timed} == {"it was asked for"}
    for fork in timed:
        assert abs(fork["drift"]["clock_ppm"]) < 1e6
    stages = [
        stage
        for fork in timed
        if fork["collector"] == "latency"
        for kind in fork["result"]["kinds"]
        for stage in kind["stages"]
    ]
    assert stages
    assert all(stage["count"] > 0 for stage in stages)
    warned = any("CLOCK_MONOTONIC_RAW" in it["problem"] for it in bench.document["warnings"])
    assert warned == (clock == "monotonic_raw")


def test_the_clock_that_is_chosen_comes_with_its_reason(bench: Bench) -> None:
    bench.run(scenario(bench, "auto"))

    readings = [it["instrument"]["clock"] for it in bench.document["forks"] if it["instrument"]]
    assert readings
    assert all(reading["reason"] for reading in readings)


def test_a_clock_that_is_not_known_is_refused(bench: Bench) -> None:
    outcome = bench.run(scenario(bench, "sundial"))

    assert outcome.code == 2
    assert "sundial" in outcome.err
