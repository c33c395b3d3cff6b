"""Which part of a distribution has moved, of distributions that are made up."""

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.stats import ScriptedDistribution
from latprobe.stats.modes import new_mode
from latprobe.stats.profile import Times
from latprobe.stats.shape import Shape, shape_of

Draw = Callable[[random.Random], float]


def times(draw: Draw, seed: int, forks: int = 4, messages: int = 20_000) -> Times:
    """Forks that each drew so many messages, with some spread between them."""
    chance = random.Random(seed)
    counts = []
    for _ in range(forks):
        speed = 1 + 0.004 * chance.gauss(0, 1)
        counts.append(Counter(max(0, round(speed * draw(chance))) for _ in range(messages)))
    whole: Counter[int] = Counter()
    for fork in counts:
        whole.update(fork)
    return Times(Ranked(whole), [Ranked(it) for it in counts])


class Ranked:
    """A distribution that finds ranks without summing all counts each time."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        self._ends: list[tuple[int, int]] = []
        self.count = 0
        for value in sorted(counts):
            self.count += counts[value]
            self._ends.append((self.count, value))
        self.min, self.max = self._ends[0][1], self._ends[-1][1]

    def value_at_rank(self, rank: int) -> int:
        low, high = 0, len(self._ends) - 1
        while low < high:
            middle = (low + high) // 2
            if self._ends[middle][0] >= rank:
                high = middle
            else:
                low = middle + 1
        return self._ends[low][1]

    def count_at_or_below(self, value_ns: int) -> int:
        at = bisect_right(self._ends, value_ns, key=lambda end: end[1])
        return self._ends[at - 1][0] if at else 0


def usual(chance: random.Random) -> float:
    return chance.lognormvariate(5.5, 0.2)


def shape(after: Draw, step_ns: float = 1.0) -> Shape:
    return shape_of(times(usual, 1), times(after, 2), step_ns)


def test_the_same_twice_has_not_moved() -> None:
    assert shape(usual).part == "nothing"


def test_one_message_in_500_that_is_slower_by_2_us_is_the_tail_alone() -> None:
    found = shape(lambda chance: usual(chance) + 2_000 * (chance.random() < 1 / 500))

    assert found.part == "tail"
    assert 1 / 900 < found.points[0].beyond <= 1 / 480
    assert all(1_500 < it.difference_ns < 2_500 for it in found.points[2:])
    assert not any(it.moved for it in found.body)
    assert found.mode is not None
    assert found.mode.value_ns == pytest.approx(2_250, rel=0.1)


def test_everything_slower_by_a_tenth_is_a_shift() -> None:
    found = shape(lambda chance: 1.1 * usual(chance))

    assert found.part == "shift"
    assert not found.tail


def test_a_shift_may_have_a_tail_that_moved_by_more() -> None:
    found = shape(lambda chance: 1.05 * usual(chance) + 5_000 * (chance.random() < 1 / 300))

    assert found.part == "shift"
    assert found.tail
    assert 1 / 500 < found.tail[0].beyond < 1 / 150


def test_one_message_in_twenty_at_another_place_is_a_new_mode() -> None:
    found = shape(
        lambda chance: 1_200 + chance.gauss(0, 20) if chance.random() < 0.05 else usual(chance)
    )

    assert found.part == "mode"
    assert found.mode is not None
    assert found.mode.value_ns == pytest.approx(1_200, rel=0.03)
    assert found.mode.after_share == pytest.approx(0.05, rel=0.1)
    assert found.mode.before_share < 0.001


def test_a_tail_that_got_shorter_is_a_tail_as_well() -> None:
    def late(chance: random.Random) -> float:
        return usual(chance) + 2_000 * (chance.random() < 1 / 500)

    found = shape_of(times(late, 1), times(usual, 2), 1.0)

    assert found.part == "tail"
    assert all(it.moved == -1 for it in found.points)


def stalled(chance: random.Random) -> float:
    """One message in a hundred is stalled by the machine, for 1.5 µs to some 6 µs."""
    return usual(chance) + (chance.random() < 0.01) * chance.lognormvariate(8, 0.4)


def test_a_tail_is_found_between_the_body_and_the_stalls_of_a_machine() -> None:
    def late(chance: random.Random) -> float:
        return stalled(chance) + 2_000 * (chance.random() < 1 / 500)

    sides = [times(it, seed, 8, 40_000) for seed, it in enumerate((stalled, late))]
    found = shape_of(sides[0], sides[1], 1.0)

    assert found.part == "tail"
    assert found.excess is not None
    assert found.excess.share == pytest.approx(1 / 500, rel=0.4)
    assert found.excess.before_share == pytest.approx(0.01, rel=0.2)


def test_stalls_alone_are_no_change() -> None:
    assert shape_of(times(stalled, 1), times(stalled, 2), 1.0).part == "nothing"


def test_what_the_clock_cannot_tell_has_not_moved() -> None:
    def stepped(chance: random.Random) -> float:
        return 10 * round(usual(chance) / 10)

    found = shape_of(times(stepped, 1), times(lambda chance: stepped(chance) + 4, 2), 10.0)

    assert found.part == "nothing"


def test_steps_of_the_clock_are_no_modes() -> None:
    before = ScriptedDistribution({40: 1_000, 50: 5_000, 60: 3_000, 70: 900, 80: 90, 90: 10})
    after = ScriptedDistribution({40: 1_000, 50: 4_000, 60: 4_000, 70: 900, 80: 90, 90: 10})

    assert new_mode(before, after, 10.0) is None


@given(
    st.dictionaries(st.integers(0, 10_000), st.integers(1, 1_000), min_size=1, max_size=30),
    st.sampled_from([1.0, 10.0]),
)
def test_a_distribution_has_no_new_mode_against_itself(
    counts: dict[int, int], step_ns: float
) -> None:
    samples = ScriptedDistribution(counts)
    whole = Times(ScriptedDistribution({ns: 3 * it for ns, it in counts.items()}), [samples] * 3)

    assert new_mode(samples, samples, step_ns) is None
    assert shape_of(whole, whole, step_ns).part == "nothing"
