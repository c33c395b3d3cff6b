"""Looking several times, with the false alarms of one look."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator
from numpy.typing import NDArray

from latprobe.stats import LOOKS, level_of_look
from latprobe.stats.power import smallest_change
from latprobe.stats.signed_rank import signed_rank_interval

PAIRS = 48
SESSIONS = 1_000


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0.001, 1))
def test_whatever_the_looks_no_more_is_spent_than_there_is(
    parts: list[float], level: float
) -> None:
    ordered = [0.0, *sorted(parts)]

    spent = [level_of_look(level, at, before) for before, at in pairwise(ordered)]

    assert all(it >= 0 for it in spent)
    assert math.fsum(spent) <= level * (1 + 1e-9)


def test_the_usual_looks_spend_all_of_it() -> None:
    spent = [level_of_look(0.05, at, before) for before, at in pairwise((0.0, *LOOKS))]

    assert math.fsum(spent) == pytest.approx(0.05)
    assert spent == sorted(spent)


def normal(random: Generator) -> NDArray[np.float64]:
    return random.normal(size=PAIRS)


def heavy_tailed(random: Generator) -> NDArray[np.float64]:
    return random.standard_cauchy(PAIRS)


def bimodal(random: Generator) -> NDArray[np.float64]:
    mode: NDArray[np.float64] = random.choice([-1.0, 0.0, 1.0], size=PAIRS)
    return random.normal(size=PAIRS) * 0.01 + mode


def drifting(random: Generator) -> NDArray[np.float64]:
    """A machine that gets slower, where the second of a pair is always behind: drawn by lot."""
    behind = np.linspace(0.5, 3.0, PAIRS)
    drawn: NDArray[np.float64] = random.choice([-1.0, 1.0], size=PAIRS)
    return (behind + random.normal(size=PAIRS) * behind) * drawn


def stepped(random: Generator) -> NDArray[np.float64]:
    """Differences of a coarse clock: mostly 0."""
    return np.round(random.normal(size=PAIRS))


@pytest.mark.parametrize("draw", [normal, heavy_tailed, bimodal, drifting, stepped])
def test_stopping_at_the_first_alarm_gives_no_more_than_the_level(
    draw: Callable[[Generator], NDArray[np.float64]],
) -> None:
    random = np.random.default_rng(5)

    alarms = sum(_alarms(draw(random), 0.05) for _ in range(SESSIONS))

    # Three standard errors over 5 % of a thousand; the true rate is under 5 %.
    assert alarms <= 50 + 21


def test_looks_that_too_few_pairs_can_show_nothing_at_leave_their_level_to_the_next() -> None:
    random = np.random.default_rng(6)
    few = 16

    alarms = sum(_alarms(normal(random)[:few], 0.05) for _ in range(SESSIONS))

    assert signed_rank_interval([0.0] * (few // 4), level_of_look(0.05, 0.25, 0.0)) is None
    # Not less than half of the level is used, and three standard errors over it at most.
    assert 25 <= alarms <= 50 + 21


def test_looking_each_time_at_the_full_level_gives_more() -> None:
    """What is not done: it is why levels are spent."""
    random = np.random.default_rng(5)

    alarms = sum(
        any(_leaves_out_0(values[: 4 * it], 0.05) for it in range(2, 13))
        for values in (normal(random) for _ in range(300))
    )

    assert alarms > 0.1 * 300


def test_a_change_as_large_as_the_smallest_that_is_seen_is_found_as_often_as_said() -> None:
    random = np.random.default_rng(7)
    level = level_of_look(0.01, 1.0, LOOKS[-2])
    found = 0
    for _ in range(400):
        floor = smallest_change(list(normal(random)), PAIRS, level, 0.95)
        assert floor is not None
        found += _leaves_out_0(normal(random) + floor, level)

    # Two standard errors under 95 % of four hundred.
    assert found >= 380 - 9


def _alarms(values: NDArray[np.float64], level: float) -> bool:
    before = 0.0
    for at in LOOKS:
        seen, spent = values[: round(at * len(values))], level_of_look(level, at, before)
        if _leaves_out_0(seen, spent):
            return True
        if signed_rank_interval(list(seen), spent) is not None:
            before = at
    return False


def _leaves_out_0(values: NDArray[np.float64], level: float) -> bool:
    interval = signed_rank_interval(list(values), level)
    return interval is not None and not interval.low <= 0 <= interval.high
