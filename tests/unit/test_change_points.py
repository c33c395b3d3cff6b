"""Changes of level: ranks against scipy, and all against series whose changes are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from latprobe.stats.change_points import AFTER, BEFORE, LEVEL, change_points, critical_rank_sum

NOISE = 0.005


def noise(count: int, seed: int) -> list[float]:
    return [float(it) for it in 100 * (1 + NOISE * np.random.default_rng(seed).normal(size=count))]


def stepped(before: int, after: int, step: float, seed: int) -> list[float]:
    values = noise(before + after, seed)
    return values[:before] + [it * step for it in values[before:]]


def samples_with(rank_sum: int, after: int, before: int) -> tuple[list[float], list[float]]:
    """Later samples that are larger than so many earlier ones, summed."""
    later = []
    for place in range(after):
        within = min(rank_sum, before)
        rank_sum -= within
        later.append(within - 0.5 + place / 1_000)
    return later, [float(it) for it in range(before)]


@pytest.mark.parametrize("after", AFTER[:4])
@pytest.mark.parametrize("before", BEFORE)
def test_the_critical_values_are_those_that_scipy_has(after: int, before: int) -> None:
    def probability(rank_sum: int) -> float:
        return float(mannwhitneyu(*samples_with(rank_sum, after, before), method="exact").pvalue)

    critical = critical_rank_sum(after, before)

    assert probability((-1 if critical is None else critical) + 1) > LEVEL
    assert critical is None or probability(critical) <= LEVEL


def test_a_step_is_found_with_the_third_run_after_it() -> None:
    (found,) = change_points(stepped(60, 3, 1.05, seed=1))

    assert (found.index, found.found) == (60, 62)
    assert found.ratio == pytest.approx(1.05, abs=0.01)


def test_a_step_down_is_found_as_well() -> None:
    (found,) = change_points(stepped(60, 3, 0.95, seed=2))

    assert found.index == 60
    assert found.after < found.before


def test_a_second_step_is_held_against_the_runs_since_the_first() -> None:
    values = stepped(60, 60, 1.05, seed=3)
    values += [it * 1.1 for it in noise(5, seed=4)]

    assert [it.index for it in change_points(values)] == [60, 120]


def test_what_was_found_stays_found_where_it_was() -> None:
    values = stepped(60, 90, 1.04, seed=5)
    found = change_points(values[:70])

    assert found
    for count in range(70, 150, 7):
        assert change_points(values[:count])[: len(found)] == found


def test_an_outlier_or_two_are_no_change() -> None:
    values = noise(80, seed=6)
    values[60], values[61] = 900.0, 950.0

    assert change_points(values) == []


def test_a_change_that_is_smaller_than_wanted_is_not_told_of() -> None:
    values = stepped(60, 20, 1.03, seed=7)

    assert change_points(values, at_least=0.01)
    assert change_points(values, at_least=0.1) == []


def test_a_level_that_never_moves_has_no_change() -> None:
    assert change_points([87.0] * 300) == []
    assert change_points([]) == []


def test_figures_in_steps_of_the_clock_change_where_they_leave_their_step() -> None:
    (found,) = change_points([89.0] * 60 + [99.0] * 3)

    assert (found.index, found.before, found.after) == (60, 89.0, 99.0)


def test_of_what_is_counted_any_other_value_is_a_change() -> None:
    found = change_points([2.0, 2.0, 3.0, 3.0, 0.0], exact=True)

    assert [(it.index, it.before, it.after) for it in found] == [(2, 2.0, 3.0), (4, 3.0, 0.0)]


def test_small_changes_of_what_is_counted_add_up() -> None:
    found = change_points([100.0, 101.0, 102.0, 103.0], at_least=0.015, exact=True)

    assert [(it.index, it.before, it.after) for it in found] == [(2, 100.0, 102.0)]


def test_a_change_from_nothing_has_no_ratio() -> None:
    (found,) = change_points([0.0, 1.0], exact=True)

    assert found.ratio is None


def test_long_series_are_judged_as_short_ones() -> None:
    """They are looked at block by block."""
    values = noise(700, seed=8)
    for at in (255, 256, 400, 512):
        stepped_there = values[:at] + [it * 1.06 for it in values[at:]]
        assert at in [it.index for it in change_points(stepped_there)]


def test_false_alarms_are_rarer_than_one_in_a_thousand_runs() -> None:
    alarms = sum(len(change_points(noise(500, seed))) for seed in range(1_000, 1_040))

    assert alarms <= 20


def test_nine_of_ten_steps_of_3_to_10_percent_are_found_within_three_runs() -> None:
    steps = np.random.default_rng(9).uniform(1.03, 1.10, size=100)
    found = sum(
        any(abs(it.index - 60) <= 2 for it in change_points(stepped(60, 3, float(step), seed)))
        for seed, step in enumerate(steps)
    )

    assert found >= 90


def test_levels_are_judged_where_every_run_has_one() -> None:
    levels = stepped(60, 3, 1.05, seed=10)

    (found,) = change_points([100.0] * 63, levels)

    assert (found.index, found.found) == (60, 62)
    assert found.before == pytest.approx(100, abs=0.5)
    assert found.after == pytest.approx(105, abs=1)


def test_the_run_from_which_on_there_are_levels_is_no_change() -> None:
    """However far they lie from the values that they stand for."""
    values = noise(300, seed=11)
    for switch in (1, 8, 60, 150, 299):
        levels = [None if it < switch else value * 0.9 for it, value in enumerate(values)]

        assert change_points(values, levels) == change_points(values) == []


def test_a_change_near_the_first_level_is_judged_by_values() -> None:
    values = stepped(100, 10, 1.06, seed=16)
    levels = [None if it < 98 else value * 0.9 for it, value in enumerate(values)]

    assert change_points(values, levels) == change_points(values)
    assert [it.index for it in change_points(values)] == [100]


def test_levels_are_judged_as_soon_as_the_runs_without_are_far_enough_back() -> None:
    levels = stepped(150, 5, 1.05, seed=13)
    known = [None if it < 90 else level for it, level in enumerate(levels)]

    (found,) = change_points([100.0] * 155, known)

    assert (found.index, found.found) == (150, 152)


def test_a_run_without_a_level_takes_nothing_back() -> None:
    levels: list[float | None] = [*stepped(60, 5, 1.05, seed=14)]
    found = change_points([100.0] * 65, levels)

    later = change_points([100.0] * 75, levels + [None] * 10)

    assert found
    assert later == found


def test_what_is_counted_is_judged_by_its_values() -> None:
    assert change_points([2.0] * 60, stepped(30, 30, 1.5, seed=15), exact=True) == []


@given(st.lists(st.sampled_from([1.0, 1.5, 2.0, 1e300]), max_size=200))
def test_any_series_has_its_changes_in_order_and_within(values: list[float]) -> None:
    found = change_points(values)

    assert [it.index for it in found] == sorted({it.index for it in found})
    assert all(0 < it.index <= it.found < len(values) for it in found)
    assert all(0 <= it.probability <= 1 for it in found)
