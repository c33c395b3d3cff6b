"""Shares of samples in the tails of pairs: how often that is wrong, and what it finds."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator
from numpy.typing import NDArray

from latprobe.stats import ScriptedDistribution
from latprobe.stats.signed_rank import signed_rank_chance, signed_rank_interval
from latprobe.stats.tail_shares import TIMES, TailShares, tail_shares

PAIRS = 30
MESSAGES = 10_000
LEVEL = 0.05
FORKS = st.lists(
    st.dictionaries(st.integers(1, 50), st.integers(1, 100), min_size=1, max_size=8),
    min_size=8,
    max_size=12,
)


class Listed:
    """A distribution of times in a row, which is quicker to ask than a scripted one."""

    def __init__(self, times: NDArray[np.float64]) -> None:
        self.times = np.sort(np.round(times))

    @property
    def count(self) -> int:
        return len(self.times)

    @property
    def min(self) -> int:
        return int(self.times[0])

    @property
    def max(self) -> int:
        return int(self.times[-1])

    def value_at_rank(self, rank: int) -> int:
        return int(self.times[rank - 1])

    def count_at_or_below(self, value_ns: int) -> int:
        return int(np.searchsorted(self.times, value_ns, side="right"))


def fork(random: Generator, stalls: float, later_ns: float) -> Listed:
    """A fork of 1 us, of which the machine stalls a part, and of which 1 in 500 may be later."""
    times = random.normal(1_000, 3, MESSAGES) * (1 + 0.002 * random.normal())
    times[random.random(MESSAGES) < 1 / 500] += later_ns
    struck = random.random(MESSAGES) < stalls * random.uniform(0.95, 1.05)
    times[struck] += 1_000 + 3_000 * random.pareto(1.2, np.count_nonzero(struck))
    return Listed(times)


def forks(random: Generator, later_ns: float) -> tuple[list[Listed], list[Listed]]:
    """Pairs, in each of which the machine stalls one message in 200 to 80 on both sides."""
    before, after = [], []
    for _ in range(PAIRS):
        stalls = random.uniform(1 / 200, 1 / 80)
        before.append(fork(random, stalls, 0.0))
        after.append(fork(random, stalls, later_ns))
    return before, after


def session(random: Generator, later_ns: float) -> TailShares:
    before, after = forks(random, later_ns)
    both = Listed(np.concatenate([it.times for it in (*before, *after)]))
    found = tail_shares(both, before, after)
    assert found is not None
    return found


def pooled(*sides: Sequence[ScriptedDistribution]) -> ScriptedDistribution:
    counts: Counter[int] = Counter()
    for it in (it for side in sides for it in side):
        counts.update(it.counts)
    return ScriptedDistribution(counts)


def leaves_out_1(found: TailShares, level: float) -> bool:
    interval = found.interval(level)
    return interval is not None and not interval.low <= 1 <= interval.high


def test_tails_that_are_alike_are_seldom_said_to_differ() -> None:
    random = np.random.default_rng(3)

    alarms = sum(leaves_out_1(session(random, 0.0), LEVEL) for _ in range(60))

    # Three standard errors over 5 % of sixty; the true rate is lower, as times are correlated.
    assert alarms <= 3 + 5


def test_one_message_in_500_that_is_later_is_found_among_stalls_that_are_more_frequent() -> None:
    random = np.random.default_rng(4)

    found = [session(random, 2_000.0) for _ in range(10)]

    assert all(leaves_out_1(it, 0.01) for it in found)
    assert all(it.ratio is not None and it.ratio > 1 for it in found)
    assert all(it.over_ns < 3_100 for it in found)


def test_a_quantile_among_the_stalls_shows_none_of_it() -> None:
    """Why shares are compared: what is later hides before the stalls."""
    rank = math.ceil(0.999 * MESSAGES)

    before, after = forks(np.random.default_rng(4), 2_000.0)

    values = [[it.value_at_rank(rank) for it in side] for side in (before, after)]
    differences = [math.log(it / was) for was, it in zip(*values, strict=True)]
    assert signed_rank_chance(differences) > 0.01


@settings(max_examples=25)
@given(FORKS, FORKS)
def test_swapping_the_sides_turns_the_interval_around(
    one: list[dict[int, int]], other: list[dict[int, int]]
) -> None:
    pairs = min(len(one), len(other))
    sides = [[ScriptedDistribution(it) for it in side[:pairs]] for side in (one, other)]
    together = pooled(*sides)

    there = tail_shares(together, sides[0], sides[1])
    back = tail_shares(together, sides[1], sides[0])

    assert (there is None) == (back is None)
    if there is None or back is None:
        return
    assert (there.over_ns, there.before, there.after) == (back.over_ns, back.after, back.before)
    forth, turned = there.interval(0.5), back.interval(0.5)
    assert (forth is None) == (turned is None)
    assert leaves_out_1(there, 0.5) == leaves_out_1(back, 0.5)


@settings(max_examples=40)
@given(FORKS, FORKS, st.sampled_from([0.05, 0.2, 0.5]))
def test_an_interval_leaves_out_1_just_where_the_signed_ranks_reject(
    one: list[dict[int, int]], other: list[dict[int, int]], level: float
) -> None:
    pairs = min(len(one), len(other))
    sides = [[ScriptedDistribution(it) for it in side[:pairs]] for side in (one, other)]

    found = tail_shares(pooled(*sides), sides[0], sides[1])

    if found is None:
        return
    assert 1 <= found.tried <= len(TIMES)
    differences = [it - was for was, it in zip(found.before, found.after, strict=True)]
    plain = signed_rank_interval(differences, level / found.tried)
    rejects = plain is not None and not plain.low <= 0 <= plain.high
    assert leaves_out_1(found, level) == rejects
    assert rejects == (signed_rank_chance(differences) <= level / found.tried)


def test_twice_as_many_in_each_pair_is_a_ratio_of_two() -> None:
    before = [ScriptedDistribution({100: 990 - it, 5_000: 10 + it}) for it in range(12)]
    after = [ScriptedDistribution({100: 980 - 2 * it, 5_000: 20 + 2 * it}) for it in range(12)]

    found = tail_shares(pooled(before, after), before, after)

    assert found is not None
    assert found.over_ns == 110
    assert found.ratio == pytest.approx(2.0)
    interval = found.interval(0.05)
    assert interval is not None
    assert interval.low == pytest.approx(2.0)
    assert interval.high == pytest.approx(2.0)


def test_a_tail_where_there_was_none_has_no_ratio_and_is_found() -> None:
    before = [ScriptedDistribution({100: 1_000})] * 12
    after = [ScriptedDistribution({100: 990, 5_000: 10})] * 12

    found = tail_shares(pooled(before, after), before, after)

    assert found is not None
    assert found.ratio is None
    assert leaves_out_1(found, 0.05)


def test_where_all_samples_are_one_there_is_no_tail() -> None:
    forks = [ScriptedDistribution({100: 1_000})] * 12

    assert tail_shares(pooled(forks, forks), forks, forks) is None
    assert tail_shares(pooled(forks), [], []) is None
