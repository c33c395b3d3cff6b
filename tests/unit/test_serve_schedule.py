"""When messages are due."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.feed.serve.schedule import Pace, Schedule

TIMES = st.lists(st.integers(0, 10**12), min_size=1, max_size=30)


def array(values: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array(values, np.int64)


def test_a_feed_at_its_own_pace_has_its_own_gaps() -> None:
    schedule = Schedule(Pace(speed=1.0))
    assert schedule.due(array([1000, 1500, 1700])).tolist() == [0, 500, 700]
    assert schedule.due(array([2000])).tolist() == [1000]


def test_twice_the_speed_halves_the_gaps() -> None:
    assert Schedule(Pace(speed=2.0)).due(array([1000, 1500, 1700])).tolist() == [0, 250, 350]


def test_a_rate_is_even_whatever_the_feed_was() -> None:
    schedule = Schedule(Pace(rate=1e6))
    assert schedule.due(array([5, 5, 900])).tolist() == [0, 1000, 2000]
    assert schedule.due(array([0])).tolist() == [3000]


def test_a_message_that_was_received_before_the_one_before_it_does_not_go_back() -> None:
    schedule = Schedule(Pace(speed=1.0))
    assert schedule.due(array([100, 50, 120])).tolist() == [0, 0, 20]
    assert schedule.due(array([60, 130])).tolist() == [20, 30]


def test_a_feed_that_begins_anew_goes_on_after_a_mean_gap() -> None:
    schedule = Schedule(Pace(speed=1.0))
    assert schedule.due(array([100, 150, 300])).tolist() == [0, 50, 200]
    schedule.start_again()
    assert schedule.due(array([100, 150, 300])).tolist() == [300, 350, 500]


def test_without_a_plan_nothing_is_due() -> None:
    assert not Pace().planned
    assert Schedule(Pace()).due(array([5, 9])).tolist() == [0, 0]


@given(TIMES, st.data())
def test_due_times_do_not_depend_on_how_a_feed_is_cut(
    times: list[int], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(times)))
    pace = Pace(speed=3.0)
    parts = Schedule(pace)
    due = [*parts.due(array(times[:cut])).tolist(), *parts.due(array(times[cut:])).tolist()]
    assert due == Schedule(pace).due(array(times)).tolist()
    assert due == sorted(due)
    assert due[-1] == pytest.approx((max(times) - times[0]) / 3.0, abs=1)
