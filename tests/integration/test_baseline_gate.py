"""A gate on a baseline, from the first run to the one that is held against it."""

from tests.integration.conftest import Bench


def test_a_gate_on_counts_is_unproven_until_a_baseline_is_set(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed([b"a"] * 1_000), "first: allocations <= baseline")

    first = bench.run(scenario)
    assert first.code == 3, first.err
    assert "`latprobe baseline set case-" in first.out

    written = bench.latprobe("baseline", "set", "case")
    assert written.code == 0, written.err
    assert written.out.startswith("baselines/case/")

    second = bench.latprobe("run", scenario, "--format", "junit")
    assert second.code == 0, second.err
    assert "2 against 2 in the baseline, counted exactly" in second.out
