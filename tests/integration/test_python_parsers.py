"""Parsers that people use understand a feed as the native ones do."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from latprobe.driver.drive import run_collector
from latprobe.driver.plan import Volume
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.pipeline.suite import described
from latprobe.run.model import DigestPass
from latprobe.scenario import (
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


def understood(target: TargetReference, wanted: SynthFeed) -> DigestPass:
    feed = prepare_feed(replace(wanted, messages=MESSAGES), lambda _: None)
    scenario = Scenario("case", str(feed.path), target)
    volume = Volume(0, MESSAGES)
    fork = run_collector("digest", scenario, replayable(feed), volume, lambda _: None)
    assert isinstance(fork.result, DigestPass), fork.failure
    return fork.result


@pytest.fixture(scope="module")
def native() -> dict[str, DigestPass]:
    feeds = (SynthFeed("json"), SynthFeed("itch50"), SynthFeed("fix"))
    return {it.synth: understood(TargetReference(LIBRARY, f"{it.synth}-after"), it) for it in feeds}


@pytest.mark.parametrize("name", [it for it in SCENARIOS if not it.startswith("engine")])
def test_a_parser_of_python_agrees_with_the_native_one(
    name: str, native: dict[str, DigestPass]
) -> None:
    scenario = load_scenario(SCENARIOS[name])
    record = described(scenario)
    assert isinstance(scenario.feed, SynthFeed)

    found = understood(scenario.target, scenario.feed)

    assert record.protocol == (scenario.feed.transcode or scenario.feed.synth)
    assert found.errors == {}
    assert found.kinds == native[scenario.feed.synth].kinds


def test_both_engines_of_python_decide_alike() -> None:
    before, after = (
        understood(load_scenario(SCENARIOS[name]).target, SynthFeed("json"))
        for name in ("engine-before", "engine-after")
    )

    assert before.kinds == after.kinds
    assert before.metrics == after.metrics
    assert before.metrics["decisions"] > 0
