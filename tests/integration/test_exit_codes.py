"""What a CI job goes by: one test for each exit code, and for what beats what."""

from tests.integration.conftest import Bench

PLAIN = [b"."] * 2000


def test_zero_when_every_budget_holds(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed(PLAIN), "total: mean < 1ms", "first: allocations == 0")

    outcome = bench.run(scenario)

    assert outcome.code == 0, outcome.err
    assert [it["verdict"] for it in bench.document["verdicts"]] == ["pass", "pass"]


def test_one_when_a_budget_is_broken(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed([b"a"] * 2000), "first: allocations == 0")

    outcome = bench.run(scenario)

    assert outcome.code == 1
    assert "2 allocations" in outcome.out


def test_one_when_two_targets_of_a_family_disagree(bench: Bench) -> None:
    feed = bench.feed([b".some", b".bytes"] * 1000)
    scenarios = [
        bench.scenario(feed, name="right"),
        bench.scenario(feed, name="wrong", target="misreading"),
    ]

    outcome = bench.run(*scenarios)

    assert outcome.code == 1
    assert "not the same fields" in outcome.out


def test_one_when_the_digest_is_not_the_pinned_one(bench: Bench) -> None:
    feed = bench.feed(PLAIN)
    pin = 'digest = { plain = "0123456789abcdef" }'
    scenario = bench.scenario(feed, extra=pin)

    assert bench.run(scenario).code == 1


def test_two_when_a_budget_cannot_be_read(bench: Bench) -> None:
    outcome = bench.run(bench.scenario(bench.feed(PLAIN), "frist: mean < 10ns"))

    assert outcome.code == 2
    assert "did you mean `first`" in outcome.err
    assert "Traceback" not in outcome.err


def test_two_when_a_scenario_is_not_what_it_should_be(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed(PLAIN), extra='limits = { timeout_s = "soon" }')

    outcome = bench.run(scenario)

    assert outcome.code == 2
    assert "limits.timeout_s" in outcome.err


def test_two_when_the_target_refuses_its_configuration(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed(PLAIN))
    scenario.write_text(
        scenario.read_text().replace('"scripted" }', '"scripted", config = { refuse = true } }')
    )

    outcome = bench.run(scenario)

    assert outcome.code == 2
    assert "told to refuse" in outcome.out


def test_three_when_something_is_unproven_and_nothing_broken(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed(PLAIN), "total: p99.99 < 1s", "total: allocations == 0")

    outcome = bench.run(scenario)

    assert outcome.code == 3
    assert "are needed" in outcome.out


def test_four_when_a_target_crashes_and_the_other_scenarios_go_on(bench: Bench) -> None:
    crashing = bench.scenario(bench.feed([*PLAIN[:500], b"s"], "a.arrow"), name="crashing")
    sound = bench.scenario(bench.feed(PLAIN, "b.arrow"), "total: mean < 1ms", name="sound")

    outcome = bench.run(crashing, sound)

    assert outcome.code == 4
    assert [it["verdict"] for it in bench.documents[1]["verdicts"]] == ["pass"]
