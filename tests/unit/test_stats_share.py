import math

import numpy as np
import pytest
from scipy.stats import t

from latprobe.stats import ScriptedDistribution, share_interval


def forks_with(*under: int, of: int = 1_000) -> list[ScriptedDistribution]:
    """Forks with so many samples at 10 ns, and the others at 20 ns."""
    return [ScriptedDistribution({10: it, 20: of - it}) for it in under]


def test_forks_that_agree_leave_no_width() -> None:
    interval = share_interval(forks_with(500, 500, 500), 10, 0.95)
    assert (interval.low, interval.high) == (0.5, 0.5)


def test_of_forks_near_a_half_it_is_student_s_interval_of_their_shares() -> None:
    shares = np.array([0.48, 0.5, 0.55, 0.47, 0.5])
    interval = share_interval(forks_with(480, 500, 550, 470, 500), 10, 0.95)
    error = shares.std(ddof=1) / math.sqrt(5)
    low, high = t.interval(0.95, 4, loc=shares.mean(), scale=error)
    # Where the odds are even, the cube root moves an end by but a thousandth.
    assert interval.low == pytest.approx(float(low), abs=2e-3)
    assert interval.high == pytest.approx(float(high), abs=2e-3)


def test_forks_weigh_by_their_samples_as_in_a_ratio_estimator() -> None:
    forks = [*forks_with(50, of=100), *forks_with(480, of=1_000), *forks_with(520, of=1_000)]
    interval = share_interval(forks, 10, 0.95)
    # p = 1050 / 2100; residuals 0, -20 and 20; s² = 3/2 · 800 / 2100².
    reach = float(t.ppf(0.975, 2)) * math.sqrt(1.5 * 800) / 2_100
    assert interval.low == pytest.approx(0.5 - reach, abs=1e-3)
    assert interval.high == pytest.approx(0.5 + reach, abs=1e-3)


@pytest.mark.parametrize(("slow", "forks"), [(1, 3), (3, 5), (3, 10), (3, 20)])
def test_some_slow_forks_leave_the_share_of_the_others_in_it(slow: int, forks: int) -> None:
    usual = [990] * (forks - slow)
    interval = share_interval(forks_with(*[0] * slow, *usual), 10, 0.95)
    assert interval.low < 0.99 < interval.high


def test_more_slow_forks_do_not() -> None:
    interval = share_interval(forks_with(*[0] * 4, *[990] * 16), 10, 0.95)
    assert interval.high < 0.99


def test_a_tail_in_one_fork_alone_may_be_many_times_as_heavy_as_it_came_out() -> None:
    interval = share_interval(forks_with(1_000, 1_000, 1_000, 1_000, 980), 10, 0.95)
    exceeding = 0.004
    # By its cube root, (1 + t/3)³ of it; as it is 1 + t.
    assert 1 - interval.low == pytest.approx(exceeding * (1 + 2.776 / 3) ** 3, rel=0.03)
    assert interval.high == 1


def test_a_time_under_all_samples_or_over_all_is_certain() -> None:
    forks = forks_with(500, 600)
    assert share_interval(forks, 9, 0.95).high == 0
    assert share_interval(forks, 20, 0.95).low == 1


def test_one_fork_has_no_spread() -> None:
    with pytest.raises(ValueError, match="2 forks"):
        share_interval(forks_with(500), 10, 0.95)
