"""`latprobe doctor` on this machine; whether that is a quiet one is not for a test to say."""

import os
from pathlib import Path

import pytest

from tests.integration.conftest import Bench, Outcome


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("doctor")
    return Bench(folder, folder / "none.so").latprobe("doctor", "--json")


def findings(outcome: Outcome) -> dict[str, dict[str, str]]:
    return {it["name"]: it for it in outcome.json["findings"]}


def test_it_ends_with_0_or_3_and_says_why(outcome: Outcome) -> None:
    verdicts = [it["verdict"] for it in outcome.json["findings"]]
    verdicts += [it["verdict"] for row in outcome.json["truth"] for it in row["figures"]]

    assert outcome.json["sound"] == ("unsound" not in verdicts)
    assert outcome.code == outcome.json["exit_code"] == (0 if outcome.json["sound"] else 3)


def test_every_part_is_told_about(outcome: Outcome) -> None:
    assert {it["group"] for it in outcome.json["findings"]} == {
        "clock",
        "processor",
        "machine",
        "collectors",
    }
    assert all(it["advice"] for it in outcome.json["findings"] if it["verdict"] != "good")


def test_what_the_kernel_says_is_repeated(outcome: Outcome) -> None:
    found = findings(outcome)
    cpus = os.sched_getaffinity(0)

    assert found["pinning"]["value"].startswith(f"CPU {max(cpus)} of ")
    paranoid = Path("/proc/sys/kernel/perf_event_paranoid")
    if paranoid.exists():
        assert (
            f"perf_event_paranoid is {paranoid.read_text().strip()}" in found["counters"]["value"]
        )


def test_the_collectors_of_latprobe_work(outcome: Outcome) -> None:
    found = findings(outcome)

    for name in ("digest", "latency", "cost", "allocations", "memory", "callsites"):
        assert found[name]["value"] == "works"


def test_the_truth_goes_from_a_nanosecond_to_ten_microseconds(outcome: Outcome) -> None:
    rows = outcome.json["truth"]

    assert [row["products"] for row in rows] == [2**power for power in range(1, 15)]
    for row in rows:
        names = [figure["figure"] for figure in row["figures"]]
        expected = ["latency mean", "latency p50"] if row["true_ns"] >= 5 else []
        assert names == expected + (["cost"] if row["true_ns"] >= 1 else [])
