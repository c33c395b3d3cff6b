"""Budgets on events: exact where they were simulated, weighed where they were counted."""

from dataclasses import replace

import pytest

from latprobe.comparator import TargetNames, judge_run, parse_budget
from latprobe.run.measured import Measured
from latprobe.run.model import VerdictRecord
from tests.event_cases import COUNTED, SIMULATED, UNSUPPORTED, fork
from tests.report_cases import AFTER
from tests.runs import MadeRun


def verdict(run: MadeRun, budget: str) -> VerdictRecord:
    document = run.document()
    names = TargetNames(document.target.stages, document.target.kinds)
    measured = Measured(
        document.target.stages, document.spans, document.forks, unsupported=document.unsupported
    )
    (found,) = judge_run(document.scenario, measured, [parse_budget(budget, names)])
    return found


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ("parse: instructions < 11", "pass"),
        ("parse: instructions <= 10", "pass"),
        ("parse: instructions == 10", "pass"),
        ("parse: instructions < 10", "fail"),
        ("book[add_order]: instructions == 20", "pass"),
        ("total[heartbeat]: instructions <= 20", "pass"),
        ("total: branch-misses < 0.45", "fail"),
        ("total: branch-misses <= 0.45", "pass"),
        ("total: branch-miss-rate <= 2.5%", "pass"),
        ("total: branch-miss-rate < 2.5%", "fail"),
    ],
)
def test_simulated_events_are_compared_exactly(budget: str, expected: str) -> None:
    found = verdict(SIMULATED, budget)

    assert found.verdict == expected
    assert found.simulated
    assert "exact (simulated)" in found.reason


def test_events_that_nothing_simulates_are_unproven_beside_those_that_are() -> None:
    found = verdict(SIMULATED, "total: IPC > 2")

    assert found.verdict == "unproven"
    assert not found.simulated


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ("total: IPC > 1.5", "pass"),
        ("total: IPC > 2.5", "fail"),
        ("total: IPC > 1.99", "unproven"),
        ("total: cycles < 200", "pass"),
        ("decide: cycles < 30", "pass"),
        ("total: page-faults == 0", "pass"),
    ],
)
def test_counted_events_are_weighed_by_the_spread_of_forks(budget: str, expected: str) -> None:
    assert verdict(COUNTED, budget).verdict == expected


def test_simulated_events_come_before_counted_ones_since_they_were_asked_for() -> None:
    both = replace(COUNTED, simulation=SIMULATED.simulation)

    assert verdict(both, "total: instructions < 1000").simulated
    assert not verdict(both, "total: cycles < 1000").simulated


@pytest.mark.parametrize(
    ("run", "budget", "words"),
    [
        (AFTER, "total: cycles < 5", "no counters pass ran"),
        (UNSUPPORTED, "total: instructions < 5", "AVX-512"),
        (UNSUPPORTED, "total: cycles < 5", "this processor has no such counter"),
        (UNSUPPORTED, "parse: page-faults < 5", "stages need the processor's counters"),
        (COUNTED, "total: dTLB-misses < 5", "was not counted"),
        (COUNTED, "total: LLC-misses < 5", "this processor has no such counter"),
        (COUNTED, "total[add_order]: cycles < 5", "do not tell kinds apart"),
        (COUNTED, "risk..decide: cycles < 5", "set a budget on each"),
        (replace(COUNTED, counted=(fork(1e5),)), "total: cycles < 5", "a single fork"),
        (COUNTED, "total: r01c2 < 5", "was not counted"),
    ],
)
def test_what_was_not_had_is_unproven_with_the_reason(
    run: MadeRun, budget: str, words: str
) -> None:
    found = verdict(run, budget)

    assert found.verdict == "unproven"
    assert words in found.reason


@pytest.mark.parametrize(
    ("budget", "is_scaled"),
    [("total: branch-misses < 1", True), ("total: IPC > 1.5", False)],
)
def test_a_verdict_on_an_event_that_shared_its_counter_says_that_it_is_scaled(
    budget: str, is_scaled: bool
) -> None:
    reason = verdict(COUNTED, budget).reason

    assert (", scaled from 50 % of the time:" in reason) == is_scaled, reason
