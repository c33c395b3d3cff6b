"""A target that fails ends its own fork, and the run says how, where, and keeps what it has."""

import os
from typing import Any

import psutil
import pytest

from tests.integration.conftest import Bench

BEFORE = 123


def failure_of(bench: Bench, byte: bytes, extra: str = "") -> dict[str, Any]:
    feed = bench.feed([b"."] * BEFORE + [byte] + [b"."] * 50)
    outcome = bench.run(bench.scenario(feed, "total: mean < 1s", extra=extra))
    assert outcome.code == 4, outcome.err
    failures = [fork["failure"] for fork in bench.document["forks"] if fork["failure"]]
    assert len(failures) == 1, "what fails while it is only looked at is not tried again"
    return dict(failures[0])


def test_a_segmentation_fault_is_named_with_its_message(bench: Bench) -> None:
    failure = failure_of(bench, b"s")

    assert (failure["reason"], failure["message"]) == ("crashed", BEFORE)
    assert "SIGSEGV" in failure["detail"]


def test_an_abort_is_named(bench: Bench) -> None:
    assert "SIGABRT" in failure_of(bench, b"x")["detail"]


def test_a_target_that_exits_is_quoted(bench: Bench) -> None:
    failure = failure_of(bench, b"e")

    assert failure["reason"] == "crashed"
    assert "exit code 7" in failure["detail"]
    assert "goodbye" in failure["detail"]


def test_a_hang_is_ended(bench: Bench) -> None:
    failure = failure_of(bench, b"h", extra="limits = { timeout_s = 0.5 }")

    assert (failure["reason"], failure["message"]) == ("hung", BEFORE)


def test_memory_without_end_is_stopped_at_the_limit(bench: Bench) -> None:
    failure = failure_of(bench, b"m", extra=f"limits = {{ memory_bytes = {256 * 2**20} }}")

    assert (failure["reason"], failure["message"]) == ("out of memory", BEFORE)


def test_an_undeclared_kind_is_the_target_s_fault(bench: Bench) -> None:
    outcome = bench.run(bench.scenario(bench.feed([b".", b"k"])))

    assert outcome.code == 2
    assert "message 1" in bench.document["forks"][0]["failure"]["detail"]


def test_what_a_target_prints_cannot_forge_a_result(bench: Bench) -> None:
    outcome = bench.run(bench.scenario(bench.feed([b"p"] * 20), "total: allocations >= 0"))

    assert outcome.code == 0, outcome.err


@pytest.mark.skipif(not os.path.exists("/proc"), reason="looks for processes in /proc")
def test_a_child_that_a_target_leaves_behind_is_ended_with_it(bench: Bench) -> None:
    def sleepers() -> set[int]:
        marker = str(bench.library)
        found = set()
        for process in psutil.process_iter():
            try:
                if any(it.path == marker for it in process.memory_maps()):
                    found.add(process.pid)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    assert bench.run(bench.scenario(bench.feed([b".", b"c", b"."]))).code == 0

    assert sleepers() == set()


def test_a_target_that_fails_later_keeps_what_was_measured(bench: Bench) -> None:
    """The verifying pass looks at the feed once; the latency pass comes to the hang's turn."""
    feed = bench.feed([b"."] * 100)
    scenario = bench.scenario(feed, "total: allocations == 0", "total: mean < 1s")
    scenario.write_text(scenario.read_text().replace("forks = 2", "forks = 2, cpu = 4095"))

    outcome = bench.run(scenario)

    assert outcome.code == 0
    assert any("not pinned" in it["problem"] for it in bench.document["warnings"])
