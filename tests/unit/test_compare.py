"""Two runs held against each other."""

from dataclasses import replace

import msgspec
import pytest

from latprobe.comparator import (
    compare_sides,
    exit_code_of_comparison,
    observed,
)
from latprobe.errors import BudgetError, RunError
from latprobe.exit_code import ExitCode
from latprobe.run.change import Change, Comparison
from latprobe.run.model import AllocationTotals
from tests.compared import BASE, BODY, SLOWER, compared, document, simulated, times
from tests.runs import MadeRun


def change(comparison: Comparison, name: str) -> Change:
    (found,) = [it for it in comparison.changes if it.name == name]
    return found


def test_a_run_against_itself_has_not_changed() -> None:
    comparison = compared(BASE, BASE)

    assert {it.status for it in comparison.changes} <= {"no change", "unproven"}
    assert change(comparison, "total: cost").words == "no change within 2 %"
    assert change(comparison, "total: allocations").words == "the same, exactly"


def test_a_slower_stage_is_worse_in_its_times_and_in_the_total() -> None:
    comparison = compared(BASE, SLOWER)

    book = change(comparison, "book: mean")
    assert book.status == "worse"
    assert book.ratio == pytest.approx(1.1, rel=0.02)
    assert change(comparison, "total: cost").words == "slower by 3.2 % [2.8, 3.6]"
    assert change(comparison, "parse: mean").status == "no change"
    assert exit_code_of_comparison(comparison) == ExitCode.FAIL


def test_the_same_the_other_way_round_is_better() -> None:
    comparison = compared(SLOWER, BASE)

    assert change(comparison, "book: mean").status == "better"
    assert not comparison.of_status("worse")


def test_counts_are_compared_exactly() -> None:
    one_more = replace(BASE, allocations={"add_order": AllocationTotals(1, 1, 0, 96)})

    found = change(compared(BASE, one_more), "total[add_order]: allocations")

    assert (found.status, found.exact, found.words) == (
        "worse",
        True,
        "more, exactly: there was none",
    )


def test_the_most_important_change_comes_first() -> None:
    statuses = [it.status for it in compared(BASE, SLOWER).changes]

    assert statuses[0] == "worse"
    assert statuses == sorted(
        statuses, key=["worse", "gone", "new", "better", "unproven", "no change"].index
    )


def test_what_one_side_alone_has_is_new_or_gone() -> None:
    with_events = replace(BASE, simulation=simulated())

    assert change(compared(BASE, with_events), "total: instructions").status == "new"
    assert change(compared(with_events, BASE), "total: instructions").status == "gone"
    assert change(compared(with_events, with_events), "total: instructions").simulated


UNLIKE = [
    (replace(BASE, feed_sha256="60" * 32), "feeds"),
    (replace(BASE, granularity_ns=10.0), "machines, clock"),
    (replace(BASE, config={"depth": 5}), "settings, config"),
    (replace(BASE, times=times({250: 9_000}, BODY)), "digests, add_order"),
]


@pytest.mark.parametrize(("other", "words"), UNLIKE)
def test_what_is_unlike_is_refused(other: MadeRun, words: str) -> None:
    with pytest.raises(RunError, match=words) as refused:
        compared(BASE, other)

    assert "--anyway" in str(refused.value)


@pytest.mark.parametrize(("other", "words"), UNLIKE)
def test_what_is_unlike_and_compared_anyway_says_so_in_each_line(
    other: MadeRun, words: str
) -> None:
    comparison = compared(BASE, other, anyway=True)

    topic = words.partition(",")[0]
    assert any(it.startswith(words) for it in comparison.unlike)
    assert all(f"(unlike {topic}" in it.words for it in comparison.changes)


def test_other_hosts_of_the_same_class_are_alike() -> None:
    runs = [document(BASE, name) for name in ("a", "b")]
    moved = msgspec.structs.replace(runs[1].machine, hostname="other", system="Linux 6.13")
    sides = [
        observed(runs[0], "base"),
        observed(msgspec.structs.replace(runs[1], machine=moved), "new"),
    ]

    assert not compare_sides(*sides).unlike


def test_one_fork_proves_nothing_and_says_what_would() -> None:
    single = replace(BASE, forks=1, costs_ns=(580.0,))

    found = change(compared(single, single), "total: cost")

    assert found.status == "unproven"
    assert found.words == (
        "this machine cannot tell: there is a single fork, and how much forks differ is not known; "
        "two forks or more would"
    )


def test_a_gate_that_cannot_be_told_ends_with_3_and_others_do_not() -> None:
    wide = replace(BASE, costs_ns=(500.0, 700.0, 520.0, 690.0, 580.0))
    comparison = compared(BASE, wide)

    assert change(comparison, "total: cost").status == "unproven"
    assert exit_code_of_comparison(comparison) == ExitCode.UNPROVEN
    sides = [observed(document(it, "x"), "x") for it in (BASE, wide)]
    gated = compare_sides(*sides, gates=["total: allocations"])
    assert exit_code_of_comparison(gated) == ExitCode.PASS


def test_a_budget_of_the_scenario_is_a_gate_and_stands_beside_its_figure() -> None:
    found = change(compared(BASE, SLOWER, "book[trade]: p90 < 1us"), "book[trade]: p90")

    assert found.key
    assert found.budgets == ("< 1us",)


def test_a_gate_that_is_no_figure_is_refused() -> None:
    sides = [observed(document(BASE, "x"), "x")] * 2

    with pytest.raises(BudgetError, match="unknown figure"):
        compare_sides(*sides, gates=["total: speed"])


def test_a_tolerance_excuses_what_is_proven_to_be_within_it() -> None:
    sides = [observed(document(it, "x"), "x") for it in (BASE, SLOWER)]

    found = change(compare_sides(*sides, tolerance=0.05), "total: cost")

    assert found.status == "no change"
    assert found.words == "no change within 5 % (slower by 3.2 % [2.8, 3.6])"


def test_a_tolerance_below_what_the_machine_was_found_to_see_proves_no_change() -> None:
    sides = [observed(document(it, "x"), "x") for it in (BASE, SLOWER)]
    key = ("total", None, "cost")

    seen = change(compare_sides(*sides, tolerance=0.05, floors={key: 0.04}), "total: cost")
    unseen = change(compare_sides(*sides, tolerance=0.05, floors={key: 0.06}), "total: cost")
    proven = change(compare_sides(*sides, tolerance=0.02, floors={key: 0.06}), "total: cost")

    assert seen.status == "no change"
    assert unseen.status == "unproven"
    assert unseen.words == (
        "this machine cannot tell: 2.8 % slower to 3.6 % slower; `latprobe calibrate` found that "
        "it sees changes from 6 % on: more forks, a CPU that nothing else uses, or the simulated "
        "counters would tell smaller ones"
    )
    assert proven.status == "worse"


@pytest.mark.parametrize("setting", [{"shuffle": 7}, {"repeats": 0}, {"forks": 3}])
def test_how_forks_were_run_makes_no_sides_unlike(setting: dict[str, int]) -> None:
    run = document(BASE, "20261120")
    drive = msgspec.structs.replace(run.scenario.drive, **setting)
    scenario = msgspec.structs.replace(run.scenario, drive=drive)
    other = msgspec.structs.replace(run, scenario=scenario)

    comparison = compare_sides(observed(run, "base"), observed(other, "new"))

    assert comparison.unlike == ()


def test_no_tolerance_is_said_to_be_what_keeps_a_time_unproven() -> None:
    sides = [observed(document(BASE, it), it) for it in ("x", "y")]

    found = change(compare_sides(*sides, tolerance=0.0), "total: p99")

    assert found.status == "unproven"
    assert "a tolerance over 0 % would" in found.advice


def test_every_interval_leaves_out_1_just_where_a_change_is_proven() -> None:
    found = [it for it in compared(BASE, SLOWER).changes if it.interval and not it.exact]

    assert {it.status for it in found} >= {"worse", "no change"}
    for it in found:
        assert it.interval is not None
        low, high = it.interval
        assert (it.status in ("worse", "better")) == (
            not low <= 1 <= high and not 1 - it.tolerance <= low <= high <= 1 + it.tolerance
        ), it
