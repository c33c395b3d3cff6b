"""The slowest messages of a run, and whether they are slow again."""

from typing import Any

import pytest

from latprobe.driver.plan import TAIL_REPLAYS
from tests.integration.conftest import Bench, Outcome

SLOW = 321
BURNT_NS = 19.9e6
"""Of 20 ms, which the target takes from another clock."""


def run_with_one_slow(bench: Bench, slow: bytes, *options: str) -> Outcome:
    feed = bench.feed([b"."] * SLOW + [slow] + [b"."] * (1_000 - SLOW - 1))
    outcome = bench.latprobe("run", bench.scenario(feed), *options)
    assert outcome.code == 0, outcome.err
    return outcome


def slowest(bench: Bench, *options: str) -> dict[str, Any]:
    """What `latprobe tail` says of the message that burnt; others may have met a stall."""
    (path,) = (bench.folder / "results" / "runs").glob("*.json")
    outcome = bench.latprobe("tail", path, "--json", *options)
    assert outcome.code == 0, outcome.err
    (found,) = [it for it in outcome.json["messages"] if it["sequence"] == SLOW]
    return dict(found)


def test_the_slow_message_is_named_with_its_kind_stage_and_bytes(bench: Bench) -> None:
    run_with_one_slow(bench, b"burn\x1b[2J")

    slow = slowest(bench)

    assert (slow["kind"], slow["recv_ns"], slow["size"]) == ("plain", SLOW, 8)
    assert slow["bytes"] == "YnVybhtbMko="
    assert slow["stages_ns"]["second"] >= BURNT_NS > slow["stages_ns"]["first"]
    assert slow["total_ns"] >= BURNT_NS
    assert (slow["passes"], slow["slow_by"]) == (2, None)
    assert slowest(bench, "--fork", "1")["fork"] == 1


def test_the_slow_message_is_printed_without_power_over_the_terminal(bench: Bench) -> None:
    run_with_one_slow(bench, b"burn\x1b[2J")
    (path,) = (bench.folder / "results" / "runs").glob("*.json")

    printed = bench.latprobe("tail", path)

    assert f"plain  message {SLOW}, received 1970-01-01T00:00:00.000000321Z, 8 bytes" in printed.out
    assert "62 75 72 6e 1b 5b 32 4a" in printed.out
    assert "burn.[2J" in printed.out
    assert "\x1b" not in printed.out


def test_a_message_that_is_slow_again_is_slow_by_nature(bench: Bench) -> None:
    outcome = run_with_one_slow(bench, b"b", "--replay-tail")

    slow = slowest(bench)

    assert slow["slow_by"] == "nature"
    assert len(slow["replayed_ns"]) == TAIL_REPLAYS
    assert min(slow["replayed_ns"]) >= BURNT_NS
    assert "slow by nature" in outcome.out


def test_a_message_that_is_slow_once_was_slow_by_chance(bench: Bench) -> None:
    run_with_one_slow(bench, b"once", "--replay-tail")

    slow = slowest(bench)

    assert slow["total_ns"] >= BURNT_NS
    assert slow["slow_by"] == "chance"
    assert slow["replayed_median_ns"] < BURNT_NS / 2


@pytest.mark.parametrize(
    ("keys", "conditions", "least_seconds"),
    [
        ('mode = "rate", rate = "1k/s"', {"warm"}, 11 / 1_000),
        ('cache = "cold", idle = "20us"', {"warm", "cold", "idle"}, 0.0),
    ],
)
def test_a_tail_is_replayed_as_it_came_about(
    bench: Bench, keys: str, conditions: set[str], least_seconds: float
) -> None:
    path = bench.scenario(bench.feed([b"."] * 12))
    usual = "drive = { forks = 2, repeats = 0, warmup = 0, messages = 1000 }"
    assert usual in path.read_text()
    driven = f"drive = {{ repeats = 0, {keys}, forks = 1, warmup = 0, messages = 12 }}"
    path.write_text(path.read_text().replace(usual, driven))

    assert bench.latprobe("run", path, "--replay-tail").code == 0

    forks = bench.document["forks"]
    latencies = [fork for fork in forks if fork["collector"] == "latency"]
    drivings = {fork["condition"]: fork["result"]["driving"] for fork in latencies}
    assert set(drivings) == conditions
    tails = [fork for fork in forks if fork["collector"] == "tail"]
    for fork in tails:
        assert fork["result"]["driving"] == drivings[fork["condition"]]
        assert fork["resources"]["seconds"] > least_seconds
    # Each is found again where it was slow.
    (document,) = (bench.folder / "results" / "runs").glob("*.json")
    for message in bench.latprobe("tail", document, "--json").json["messages"]:
        again = [
            it["total_ns"]
            for fork in tails
            if fork["condition"] == message["condition"]
            for it in fork["result"]["messages"]
            if it["sequence"] == message["sequence"]
        ]
        assert message["replayed_ns"] == again
        assert len(again) == TAIL_REPLAYS


@pytest.mark.parametrize("fork", ["2", "17"])
def test_a_pass_that_is_not_there_is_refused_with_those_that_are(bench: Bench, fork: str) -> None:
    run_with_one_slow(bench, b".")
    (path,) = (bench.folder / "results" / "runs").glob("*.json")

    outcome = bench.latprobe("tail", path, "--fork", fork)

    assert outcome.code == 2
    assert f"no latency pass {fork} that came to its end: 0, 1 did" in outcome.err
