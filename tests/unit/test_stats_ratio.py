"""Ratios of two sides, held against scipy, by their properties, and by simulation."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from latprobe.stats import Sampled, levels, log_ratio
from latprobe.stats.welch import chance_beyond, t_beyond

VALUES = st.lists(st.floats(1, 1e6), min_size=2, max_size=20)


def sampled(values: list[float], within: float = 0.0, step: float = 0.0) -> Sampled:
    return Sampled(math.exp(sum(map(math.log, values)) / len(values)), values, within, step)


@pytest.mark.parametrize("degrees", [1.0, 1.5, 2.0, 4.3, 8.0, 30.0, 400.0])
@pytest.mark.parametrize("t", [0.01, 0.5, 1.0, 2.3, 8.0, 50.0])
def test_tails_of_student_s_t_are_scipy_s(t: float, degrees: float) -> None:
    assert chance_beyond(t, degrees) == pytest.approx(2 * stats.t.sf(t, degrees), rel=1e-9)


@pytest.mark.parametrize("degrees", [1.0, 2.5, 8.0, 60.0])
@pytest.mark.parametrize("chance", [0.5, 0.05, 1e-3, 1e-7])
def test_a_critical_value_leaves_its_chance_beyond_it(chance: float, degrees: float) -> None:
    assert t_beyond(chance, degrees) == pytest.approx(stats.t.isf(chance / 2, degrees), rel=1e-9)


def test_a_ratio_is_welch_s_test_of_logarithms() -> None:
    before, after = [100.0, 103.0, 98.0, 101.0, 99.5], [104.0, 107.5, 103.0, 106.0, 105.0, 103.0]
    logs = [[math.log(it) for it in values] for values in (before, after)]
    welch = stats.ttest_ind(logs[1], logs[0], equal_var=False)

    ratio = log_ratio(sampled(before), sampled(after))

    assert ratio.estimate == pytest.approx(sum(logs[1]) / 6 - sum(logs[0]) / 5)
    assert ratio.estimate / ratio.error == pytest.approx(welch.statistic)
    # Degrees are rounded down to tenths.
    assert welch.df - 0.1 < ratio.degrees <= welch.df
    assert ratio.chance() == pytest.approx(welch.pvalue, rel=0.1)
    low, high = welch.confidence_interval(0.95)
    interval = ratio.interval(0.05)
    assert math.log(interval.low) == pytest.approx(low, abs=2e-4)
    assert math.log(interval.high) == pytest.approx(high, abs=2e-4)


@given(VALUES, VALUES, st.floats(1e-6, 0.5))
def test_an_interval_leaves_out_1_just_where_the_chance_is_less_than_its_level(
    before: list[float], after: list[float], level: float
) -> None:
    ratio = log_ratio(sampled(before), sampled(after))
    interval = ratio.interval(level)
    chance = ratio.chance()

    if chance < level * (1 - 1e-6):
        assert not interval.low <= 1 <= interval.high
    if chance > level * (1 + 1e-6):
        assert interval.low <= 1 <= interval.high
    assert interval.low <= ratio.ratio * (1 + 1e-12)
    assert interval.high >= ratio.ratio * (1 - 1e-12)


@given(VALUES, VALUES, st.floats(0.1, 10))
def test_sides_and_units_can_be_exchanged(
    before: list[float], after: list[float], unit: float
) -> None:
    there = log_ratio(sampled(before), sampled(after))
    back = log_ratio(sampled(after), sampled(before))
    elsewhere = log_ratio(
        sampled([it * unit for it in before]), sampled([it * unit for it in after])
    )

    assert back.estimate == pytest.approx(-there.estimate, abs=1e-9)
    assert back.error == pytest.approx(there.error)
    assert elsewhere.estimate == pytest.approx(there.estimate, abs=1e-9)
    assert elsewhere.error == pytest.approx(there.error, rel=1e-3, abs=1e-6)


@given(VALUES, st.floats(0.001, 1), st.floats(0.01, 20))
def test_what_samples_and_steps_leave_open_widens_an_interval(
    values: list[float], within: float, step: float
) -> None:
    plain = log_ratio(sampled(values), sampled(values))
    by_samples = log_ratio(sampled(values), sampled(values, within))
    by_steps = log_ratio(sampled(values, step=step), sampled(values, step=step))

    assert by_samples.error >= max(plain.error, within)
    assert by_steps.interval(0.05).high > plain.interval(0.05).high


def test_two_figures_a_step_of_the_clock_apart_may_be_the_same() -> None:
    before = Sampled(47.0, [47.0] * 5, step=10.0)

    assert log_ratio(before, Sampled(57.0, [57.0] * 5, step=10.0)).chance() > 0.999
    assert log_ratio(before, Sampled(87.0, [87.0] * 5, step=10.0)).chance() < 1e-3


def test_where_nothing_varies_any_difference_is_one() -> None:
    before, after = Sampled(1_000.0, [1_000.0] * 3), Sampled(1_001.0, [1_001.0] * 3)

    assert log_ratio(before, before).chance() == 1
    assert log_ratio(before, after).chance() == 0
    assert log_ratio(before, after).interval(0.05).low == pytest.approx(1.001)


@pytest.mark.parametrize("values", [[1.0], [0.0, 1.0], [-1.0, 2.0], [1.0, math.inf]])
def test_what_has_no_ratio_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"forks|over 0"):
        Sampled(1.0, values)


def test_levels_are_holm_s() -> None:
    # The example of step-down testing at 0.05: 0.05/4, 0.05/3, and then none rejects any more.
    found = levels([0.01, 0.04, 0.03, 0.005], [1, 1, 1, 1], 0.05)

    assert found == pytest.approx([0.05 / 3, 0.05 / 2, 0.05 / 2, 0.05 / 4])


def test_weights_share_the_level() -> None:
    assert levels([0.5, 0.5], [3, 1], 0.04) == pytest.approx([0.03, 0.01])


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 10)), min_size=1, max_size=30))
def test_a_family_never_spends_more_than_its_level_on_what_it_does_not_reject(
    tests: list[tuple[float, float]],
) -> None:
    chances, weights = [it[0] for it in tests], [it[1] for it in tests]

    found = levels(chances, weights, 0.05)

    accepted = [own for chance, own in zip(chances, found, strict=True) if chance > own]
    assert sum(accepted) <= 0.05 * (1 + 1e-9)
    whole = sum(map(Fraction, weights))
    for weight, own in zip(weights, found, strict=True):
        assert own >= float(Fraction(0.05) * Fraction(weight) / whole) * (1 - 1e-9)


def test_a_family_of_figures_gives_no_more_false_alarms_than_it_says() -> None:
    """Twenty figures on five forks a side, half of them heavy-tailed, and all alike in truth."""
    chance = random.Random(20)
    families, alarms = 400, 0
    for _ in range(families):
        ratios = []
        for figure in range(20):
            tail = figure % 2

            def fork(tail: int = tail) -> float:
                return 100 * math.exp(0.03 * chance.gauss(0, 1)) * chance.paretovariate(8) ** tail

            sides = [sampled([fork() for _ in range(5)]) for _ in range(2)]
            ratios.append(log_ratio(*sides))
        chances = [it.chance() for it in ratios]
        found = levels(chances, [1.0] * len(chances), 0.05)
        alarms += any(one <= own for one, own in zip(chances, found, strict=True))

    # At 5 %, more than 33 of 400 come once in 700 such tests; the seed is fixed besides.
    assert alarms <= 33
