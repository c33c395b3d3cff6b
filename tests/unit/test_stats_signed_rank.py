"""Signed ranks: their exact distribution, and what it says of pairs."""

import math
from random import Random

import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st

from latprobe.stats.signed_rank import centre, fewest_pairs, signed_rank_interval

DIFFERENCES = st.lists(
    st.integers(-1_000_000, 1_000_000), min_size=1, max_size=20, unique_by=abs
).map(lambda values: [it / 1_000 for it in values if it])


@given(DIFFERENCES, st.floats(0.001, 0.5))
def test_an_interval_leaves_out_0_just_where_scipy_rejects(
    differences: list[float], level: float
) -> None:
    assume(differences)
    chance = scipy.stats.wilcoxon(differences, method="exact").pvalue
    assume(not math.isclose(chance, level, rel_tol=1e-9))

    interval = signed_rank_interval(differences, level)

    rejects = interval is not None and not interval.low <= 0 <= interval.high
    assert rejects == (chance < level)


@given(DIFFERENCES, st.floats(-1000, 1000))
def test_what_all_pairs_are_shifted_by_shifts_the_interval(
    differences: list[float], shift: float
) -> None:
    interval = signed_rank_interval(differences, 0.1)
    shifted = signed_rank_interval([it + shift for it in differences], 0.1)

    assert (interval is None) == (shifted is None)
    if interval is not None and shifted is not None:
        assert shifted.low == pytest.approx(interval.low + shift, abs=1e-6)
        assert shifted.high == pytest.approx(interval.high + shift, abs=1e-6)


def test_the_table_of_wilcoxon_for_ten_pairs() -> None:
    # The usual table: T ≤ 8 at 5 % and T ≤ 3 at 1 %, two-sided. All ten are positive but for ranks
    # whose sum is T, and each is as large as its rank.
    def differences(*negative: int) -> list[float]:
        return [-float(it) if it in negative else float(it) for it in range(1, 11)]

    def rejects(level: float, *negative: int) -> bool:
        interval = signed_rank_interval(differences(*negative), level)
        return interval is not None and interval.low > 0

    assert rejects(0.05, 8)
    assert not rejects(0.05, 9)
    assert rejects(0.01, 3)
    assert not rejects(0.01, 4)


def test_too_few_pairs_enclose_nothing() -> None:
    assert fewest_pairs(0.05) == 6
    assert signed_rank_interval([1.0] * 5, 0.05) is None
    assert signed_rank_interval([1.0] * 6, 0.05) is not None


def test_pairs_that_are_all_the_same_have_an_interval_of_a_point() -> None:
    interval = signed_rank_interval([0.0] * 20, 0.01)

    assert interval is not None
    assert (interval.low, interval.high) == (0.0, 0.0)


def test_a_wild_pair_hardly_moves_the_centre() -> None:
    random = Random(1)
    usual = [random.gauss(0.03, 0.01) for _ in range(30)]

    assert centre([*usual, 1e6]) == pytest.approx(centre(usual), abs=0.005)
