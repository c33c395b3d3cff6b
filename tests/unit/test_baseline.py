"""Baselines as files, and budgets on them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from latprobe.comparator import Baselines, TargetNames, judge_run, observed, parse_budget
from latprobe.errors import BudgetError, RunError
from latprobe.run.baseline import (
    Baseline,
    all_baselines,
    baseline_of,
    baselines_of,
    read_baseline,
    write_baseline,
)
from latprobe.run.conditions import conditions_of
from latprobe.run.counters import Cache
from latprobe.run.measured import Measured
from latprobe.run.model import VerdictRecord
from latprobe.run.observation import Key
from tests.compared import BASE, SLOWER, STAGES, document, simulated
from tests.event_cases import CACHES
from tests.runs import MadeRun

NAMES = TargetNames(STAGES, ("add_order", "trade"))


def baseline(made: MadeRun, *, by_kind: bool = True) -> Baseline:
    return baseline_of(observed(document(made, "20261119"), "baseline"), "0.1.0", by_kind=by_kind)


def verdict(
    budget: str, made: MadeRun, *known: Baseline, floors: Mapping[Key, float] | None = None
) -> VerdictRecord:
    run = document(made, "20261120")
    measured = Measured(run.target.stages, run.spans, run.forks)
    (found,) = judge_run(
        run.scenario,
        measured,
        [parse_budget(budget, NAMES)],
        Baselines(conditions_of(run, measured), [it.observed for it in known], floors=floors or {}),
    )
    return found


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ("total: cost < 105% of baseline", "pass"),
        ("total: cost <= 102% of baseline", "fail"),
        ("total: cost < 103.2% of baseline", "unproven"),
        ("total: throughput >= 95% of baseline", "pass"),
        ("total: throughput >= baseline", "fail"),
        ("book: p99 < 130% of baseline", "pass"),
        ("book[add_order]: p50 < 110% of baseline", "fail"),
        ("parse: p99 <= 102% of baseline", "pass"),
        ("total: allocations <= baseline", "fail"),
        ("total[trade]: allocations == baseline", "pass"),
        ("errors <= baseline", "pass"),
    ],
)
def test_a_budget_on_a_baseline_weighs_the_uncertainty_of_both(budget: str, expected: str) -> None:
    assert verdict(budget, SLOWER, baseline(BASE)).verdict == expected


def test_the_verdict_says_both_figures_and_the_part() -> None:
    found = verdict("total: cost < 105% of baseline", SLOWER, baseline(BASE))

    assert found.reason == (
        "cost is 103 % of the baseline, 599 ns against 580 ns, 103 % to 104 % at 95 % confidence: "
        "< 105% of baseline holds for all of that"
    )
    assert found.limit == pytest.approx(580.5 * 1.05)
    assert found.figure == pytest.approx(599)


def test_what_is_counted_is_held_exactly() -> None:
    found = verdict("total: allocations <= baseline", SLOWER, baseline(BASE))

    assert found.reason == (
        "allocations are 0.50 against 0 in the baseline, counted exactly: <= baseline does not hold"
    )


def test_without_a_baseline_a_gate_says_how_to_set_one() -> None:
    found = verdict("total: cost < 105% of baseline", BASE)

    assert found.verdict == "unproven"
    assert found.reason == (
        "there is no baseline of this scenario: `latprobe baseline set RUN` makes one of a run"
    )


def test_times_need_a_baseline_of_this_class_of_machines_and_counts_do_not() -> None:
    elsewhere = baseline(replace(BASE, granularity_ns=10.0))

    times = verdict("total: cost < 105% of baseline", BASE, elsewhere)
    counts = verdict("total: allocations <= baseline", BASE, elsewhere)

    assert times.verdict == "unproven"
    assert "the nearest differs in machines, clock" in times.reason
    assert counts.verdict == "pass"


def test_only_misses_of_caches_need_a_baseline_of_the_same_caches() -> None:
    here = replace(BASE, simulation=simulated())
    larger = msgspec.structs.replace(CACHES, data=Cache(64 << 10, 8, 64))
    elsewhere = replace(BASE, simulation=msgspec.structs.replace(simulated(), caches=larger))

    budgets = ("total: instructions <= baseline", "total: L1d-misses <= baseline")
    found = [verdict(it, here, baseline(elsewhere)) for it in budgets]

    assert [it.verdict for it in found] == ["pass", "unproven"]
    assert "simulated caches" in found[1].reason


def test_a_baseline_of_another_feed_fits_nothing() -> None:
    other = baseline(replace(BASE, feed_sha256="60" * 32))

    found = verdict("total: allocations <= baseline", BASE, other)

    assert found.verdict == "unproven"
    assert "differs in feeds" in found.reason


def test_a_figure_that_the_baseline_does_not_have_is_unproven() -> None:
    found = verdict("total: p95 <= 105% of baseline", BASE, baseline(BASE))

    assert found.verdict == "unproven"
    assert "it does not have this figure" in found.reason


def test_a_figure_that_cannot_be_held_against_another_run_is_refused() -> None:
    with pytest.raises(BudgetError, match="a fact about one run"):
        parse_budget("total: max < 105% of baseline", NAMES)


def test_a_baseline_is_a_small_file_with_a_line_for_each_figure(tmp_path: Path) -> None:
    made = baseline(BASE, by_kind=False)

    path = write_baseline(made, tmp_path)

    text = path.read_text(encoding="utf-8")
    assert path.parent == tmp_path / "engine"
    assert path.name.startswith("ryzen-9-")
    assert text.isascii()
    assert "histogram" not in text
    assert sum(it.startswith('  {"stage"') for it in text.splitlines()) == len(
        made.observed.observations
    )
    assert len(text) < 12_000
    assert read_baseline(path) == made


def test_a_baseline_takes_the_place_of_the_one_of_its_machine(tmp_path: Path) -> None:
    for made in (BASE, SLOWER, replace(BASE, granularity_ns=10.0)):
        write_baseline(baseline(made), tmp_path)

    assert len(baselines_of("engine", tmp_path)) == 2
    assert [it[1] for it in all_baselines(tmp_path)] == baselines_of("engine", tmp_path)
    assert baselines_of("another", tmp_path) == []


def test_kinds_are_kept_if_wanted_or_named() -> None:
    side = observed(document(BASE, "x"), "baseline")
    plain = baseline_of(side, "0.1.0")
    named = baseline_of(side, "0.1.0", named=[("total", "trade", "p99")])

    assert {it.kind for it in plain.observed.observations} == {None}
    assert ("total", "trade", "p99") in {it.key for it in named.observed.observations}
    assert len(named.observed.observations) == len(plain.observed.observations) + 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "is not JSON"),
        (b"{}", "is not a baseline of schema version 1"),
        (b'{"document": "baseline"}', "is not a baseline of schema version 1"),
    ],
)
def test_what_is_no_baseline_is_refused_by_name(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)

    with pytest.raises(RunError, match=problem) as refused:
        read_baseline(path)

    assert str(path) in str(refused.value)


def test_a_baseline_s_numbers_keep_six_digits() -> None:
    made = baseline(replace(BASE, costs_ns=(580.123456789, 582.0)))

    cost = next(it for it in made.observed.observations if it.key == ("total", None, "cost"))
    assert cost.forks == (580.123, 582.0)
    assert json.loads(msgspec.json.encode(made))["document"] == "baseline"


@pytest.mark.parametrize(
    ("budget", "floor", "expected"),
    [
        ("total: cost < 105% of baseline", 0.04, "pass"),
        ("total: cost < 105% of baseline", 0.06, "unproven"),
        ("total: cost <= 102% of baseline", 0.06, "fail"),
        ("total: throughput >= 95% of baseline", 0.06, "unproven"),
        ("total: throughput >= 80% of baseline", 0.06, "pass"),
        ("total: allocations <= baseline", 0.06, "fail"),
    ],
)
def test_a_limit_closer_than_the_machine_was_found_to_see_is_unproven(
    budget: str, floor: float, expected: str
) -> None:
    figure = budget.split()[1]

    found = verdict(budget, SLOWER, baseline(BASE), floors={("total", None, figure): floor})

    assert found.verdict == expected
    if expected == "unproven":
        assert "found that it sees changes from 6 % on: more forks" in found.reason


def test_a_figure_that_became_better_by_more_than_is_seen_keeps_its_limit() -> None:
    floors: dict[Key, float] = {("total", None, "cost"): 0.02}

    found = verdict("total: cost <= baseline", BASE, baseline(SLOWER), floors=floors)

    assert found.verdict == "pass"
