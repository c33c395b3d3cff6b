import math
import random

import pytest
from scipy.stats import t as scipy_t

from latprobe.stats import Interval, mean_interval, t_beyond


@pytest.mark.parametrize(
    ("degrees", "published"),
    # Two-sided 95 %: Student's table as any textbook prints it.
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (30, 2.042), (120, 1.980)],
)
def test_critical_values_are_those_of_the_published_table(degrees: int, published: float) -> None:
    assert t_beyond(0.05, degrees) == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize("confidence", [0.01, 0.5, 0.9, 0.95, 0.99, 0.999999])
def test_critical_values_agree_with_scipy(confidence: float) -> None:
    for degrees in (*range(1, 40), 99, 100, 1_001):
        expected = float(scipy_t.ppf((1 + confidence) / 2, degrees))
        assert t_beyond(1 - confidence, degrees) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(("confidence", "degrees"), [(0.95, 0), (0.0, 4), (1.0, 4)])
def test_critical_values_that_do_not_exist_are_refused(confidence: float, degrees: int) -> None:
    with pytest.raises(ValueError, match=r"degrees|a chance of"):
        t_beyond(1 - confidence, degrees)


def test_the_interval_of_a_mean_is_worked_out_by_hand() -> None:
    # Mean 12, squared deviations 4 + 0 + 4, so s = 2 and s/√3 = 1.1547.
    interval = mean_interval([10.0, 12.0, 14.0], 0.95)
    assert interval.low == pytest.approx(12 - 4.302653 * 2 / math.sqrt(3), rel=1e-6)
    assert interval.high == pytest.approx(12 + 4.302653 * 2 / math.sqrt(3), rel=1e-6)


def test_forks_that_agree_leave_no_width() -> None:
    assert mean_interval([8.5, 8.5, 8.5], 0.95) == Interval(8.5, 8.5)


def test_one_fork_has_no_interval() -> None:
    with pytest.raises(ValueError, match="2 forks"):
        mean_interval([8.5], 0.95)


@pytest.mark.parametrize("forks", [2, 3, 5, 10])
def test_the_interval_holds_the_truth_as_often_as_it_says(forks: int) -> None:
    dice = random.Random(20_240_808 + forks)
    trials = 4_000
    held = 0
    for _ in range(trials):
        interval = mean_interval([dice.gauss(100.0, 7.0) for _ in range(forks)], 0.95)
        held += interval.low <= 100.0 <= interval.high
    # Five standard deviations of the count are 0.017.
    assert held / trials == pytest.approx(0.95, abs=0.017)
