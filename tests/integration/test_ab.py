"""A/B and calibration with real forks. No time is asserted: two pairs can prove none."""

import json
from pathlib import Path

import pytest

from tests.integration.conftest import Bench

MESSAGES = [bytes(64)] * 1_200


@pytest.fixture
def scenario(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATPROBE_STATE", str(bench.folder / "state"))
    return bench.scenario(bench.feed(MESSAGES))


def test_two_targets_are_held_against_each_other_in_pairs(bench: Bench, scenario: Path) -> None:
    sides = ("--a", "builtin:bare-chain", "--b", "builtin:longer-chain")
    least = ("--pairs", 2, "--seconds", 60, "--seed", 7)

    done = bench.latprobe("ab", scenario, *sides, *least, "--json")

    assert done.code == 3, done.err
    pairing = done.json["pairing"]
    assert (done.json["method"], pairing["pairs"], pairing["seed"]) == ("paired", 2, 7)
    assert pairing["turn_messages"] == 250
    # Whatever had the CPU meanwhile: chunks are counted where they are left out as well.
    assert pairing["chunks"] >= 2 * 2 * 7
    sides_found = [done.json[it]["target"] for it in ("before", "after")]
    assert sides_found == ["bare-chain", "longer-chain"]
    assert [it["id"][-2:] for it in bench.documents] == ["-a", "-b"]
    assert [it["side"] for it in bench.documents] == ["a", "b"]
    for run in bench.documents:
        forks = [it["collector"] for it in run["forks"]]
        assert forks == ["digest", "allocations", *["cost", "latency"] * 2]
        assert all(it["failure"] is None for it in run["forks"])
    timed = [it for run in bench.documents for it in run["forks"][2:]]
    layouts = {tuple(it["layout"].values()) for it in timed}
    assert len(layouts) == len(timed), "each fork draws its own"


def test_a_target_that_understands_the_feed_differently_is_refused(
    bench: Bench, scenario: Path
) -> None:
    done = bench.latprobe("ab", scenario, "--b", "builtin:null", "--pairs", 1)

    assert done.code == 2
    assert "the sides are unlike: digests" in done.err


def test_a_side_that_crashes_ends_the_session_and_not_the_other_side(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed([*MESSAGES, b"s"]))

    done = bench.latprobe("ab", scenario, "--b", "builtin:null", "--pairs", 1)

    assert done.code == 4, done.err
    assert "digest fork 0 crashed at message 1,200" in done.err


def test_a_target_that_refuses_its_scenario_is_bad_input_and_no_crash(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATPROBE_STATE", str(bench.folder / "state"))
    refusing = bench.scenario(bench.feed(MESSAGES))
    text = refusing.read_text()
    refusing.write_text(text.replace('"scripted" }', '"scripted", config = { refuse = true } }'))

    held = bench.latprobe("ab", refusing, "--b", "builtin:null", "--pairs", 1)
    calibrated = bench.latprobe("calibrate", refusing)

    for done in (held, calibrated):
        assert done.code == 2, done.err
        assert "digest fork 0 was refused before the first message" in done.err
    assert "exit code 2: a target refused what it was given" in held.out


def test_one_scenario_needs_another_side(bench: Bench, scenario: Path) -> None:
    done = bench.latprobe("ab", scenario)

    assert done.code == 2
    assert "one scenario needs --a or --b" in done.err


def test_a_calibration_is_kept_for_the_machine(bench: Bench, scenario: Path) -> None:
    done = bench.latprobe("calibrate", scenario, "--seconds", 1.5, "--json")

    assert done.code == 0, done.err
    (kept,) = (bench.folder / "state" / "calibration").glob("*.json")
    assert json.loads(kept.read_text()) == done.json
    assert done.json["pairs"] >= 1
