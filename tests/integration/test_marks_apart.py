"""Stages timed one at a time: their figures come from forks of their own."""

from tests.integration.conftest import Bench


def test_each_stage_has_forks_of_its_own_and_its_figure_is_theirs(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed([b"."] * 2000), "first: mean < 1ms", "second: mean < 1ms")
    scenario.write_text(scenario.read_text().replace("forks = 2", 'forks = 2, marks = "apart"'))

    outcome = bench.run(scenario)

    assert outcome.code == 0, outcome.out
    assert "each stage timed in forks of its own" in outcome.out
    run = bench.document
    spans = [fork["result"] for fork in run["forks"] if fork["collector"] == "span"]
    assert sorted((it["span"]["first"], it["span"]["last"]) for it in spans) == [
        (0, 0),
        (0, 0),
        (1, 1),
        (1, 1),
    ]
    second = [it["kinds"][0]["times"] for it in spans if it["span"]["first"] == 1]
    figure = next(it for it in run["figures"] if it["stage"] == "second" and it["kind"] is None)
    assert figure["messages"] == sum(times["count"] for times in second) == 2000
    mean_ns = sum(times["sum_ns"] for times in second) / 2000
    assert abs(figure["mean_ns"] - mean_ns) < 1e-6
    assert run["spans"] == [], "a stage by itself is no row of its own"


def test_marks_can_be_nothing_else(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed([b"."]))
    scenario.write_text(scenario.read_text().replace("forks = 2", 'forks = 2, marks = "alone"'))

    outcome = bench.run(scenario)

    assert outcome.code == 2
    assert "drive.marks" in outcome.err
