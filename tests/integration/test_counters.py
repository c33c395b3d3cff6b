"""Counters live: the kernel's own events, and what this machine does not count."""

import pytest

from latprobe import _core
from tests.integration.conftest import Bench


def test_the_kernel_s_events_are_counted_and_judged(bench: Bench) -> None:
    path = bench.scenario(
        bench.feed([b"a", b"."]),
        "total: task-clock < 1ms",
        "total: page-faults < 100",
        target="scripted",
        extra='counters = ["task-clock", "page-faults"]',
    )

    outcome = bench.run(path)

    assert outcome.code == 0, outcome.out + outcome.err
    counted = [it["result"] for it in bench.document["forks"] if it["collector"] == "counters"]
    assert len(counted) == 2
    assert all(it["events"]["task-clock"]["value"] > 0 for it in counted)
    assert all(it["events"]["task-clock"]["share"] == 1 for it in counted)
    assert "task-clock/msg" in outcome.out


def test_an_event_that_nobody_knows_is_told_and_the_run_goes_on(bench: Bench) -> None:
    path = bench.scenario(
        bench.feed([b"."]),
        "total: allocations == 0",
        extra='counters = ["instrucions", "page-faults"]',
    )

    outcome = bench.run(path)

    assert outcome.code == 0
    assert "there is no event called 'instrucions'" in outcome.out


def test_counters_can_be_left_out(bench: Bench) -> None:
    assert bench.run(bench.scenario(bench.feed([b"."]), extra="counters = false")).code == 0
    assert all(it["collector"] != "counters" for it in bench.document["forks"])


@pytest.mark.skipif(
    _core.hardware_counters_problem() is None, reason="this machine has hardware counters"
)
def test_a_machine_without_counters_says_so_once_and_what_to_do(bench: Bench) -> None:
    path = bench.scenario(bench.feed([b"."]), "total: cycles < 1000")

    outcome = bench.run(path)

    assert outcome.code == 3
    (verdict,) = bench.document["verdicts"]
    assert "unsupported" in verdict["reason"]
    assert outcome.out.count("– not counted: ") == 1
