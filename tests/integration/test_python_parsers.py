"""Parsers that people use understand a feed as the native ones do."""

from pathlib import Path

import pytest

from latprobe.driver.drive import run_collector
from latprobe.driver.plan import Volume
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.pipeline.suite import described
from latprobe.run.model import DigestPass
from latprobe.scenario import (
    Protocol,
    Scenario,
    SynthFeed,
    TargetReference,
    find_scenarios,
    load_scenario,
)

ROOT = Path(__file__).parents[2]
LIBRARY = str(ROOT / "target/release/liblatprobe_reference.so")
SCENARIOS = {path.stem: path for path in find_scenarios([ROOT / "scenarios/python"])}
MESSAGES = 3_000


def understood(target: TargetReference, protocol: Protocol) -> DigestPass:
    feed = prepare_feed(SynthFeed(protocol, messages=MESSAGES), lambda _: None)
    scenario = Scenario("case", str(feed.path), target)
    volume = Volume(0, MESSAGES)
    fork = run_collector("digest", scenario, replayable(feed), volume, lambda _: None)
    assert isinstance(fork.result, DigestPass), fork.failure
    return fork.result


@pytest.fixture(scope="module")
def native() -> dict[Protocol, DigestPass]:
    protocols: tuple[Protocol, ...] = ("json", "itch50", "fix")
    return {it: understood(TargetReference(LIBRARY, f"{it}-after"), it) for it in protocols}


@pytest.mark.parametrize("name", [it for it in SCENARIOS if not it.startswith("engine")])
def test_a_parser_of_python_agrees_with_the_native_one(
    name: str, native: dict[Protocol, DigestPass]
) -> None:
    scenario = load_scenario(SCENARIOS[name])
    record = described(scenario)
    assert isinstance(scenario.feed, SynthFeed)
    protocol = scenario.feed.synth

    found = understood(scenario.target, protocol)

    assert record.protocol == protocol
    assert found.errors == {}
    assert found.kinds == native[protocol].kinds


def test_both_engines_of_python_decide_alike() -> None:
    before, after = (
        understood(load_scenario(SCENARIOS[name]).target, "json")
        for name in ("engine-before", "engine-after")
    )

    assert before.kinds == after.kinds
    assert before.metrics == after.metrics
    assert before.metrics["decisions"] > 0
