"""The most messages within a stretch of time, against every stretch there is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latprobe.feed.info import Busiest
from latprobe.feed.info.busiest import busiest
from latprobe.feed.reader import open_feed
from tests.changed_feeds import numbered, write_feed


def found(folder: Path, times: list[int], window_ns: int, batch: int | None = None) -> Busiest:
    return busiest(open_feed(write_feed(folder / "a", numbered(times), batch=batch)), window_ns)


def test_a_window_is_not_bound_to_the_clock(tmp_path: Path) -> None:
    assert found(tmp_path, [995, 1004], 10) == Busiest(10, 2, 995)


def test_messages_a_whole_window_apart_are_not_in_one(tmp_path: Path) -> None:
    assert found(tmp_path, [0, 10, 19], 10) == Busiest(10, 2, 10)


def test_the_earliest_of_several_is_told(tmp_path: Path) -> None:
    assert found(tmp_path, [0, 1, 50, 51], 10) == Busiest(10, 2, 0)


def test_a_time_that_runs_backwards_counts_as_the_latest_before_it(tmp_path: Path) -> None:
    assert found(tmp_path, [0, 19, 15, 27], 10) == Busiest(10, 3, 19)


def test_no_window_spans_a_clock_that_was_set_back(tmp_path: Path) -> None:
    assert found(tmp_path, [1000, 1001, 5, 6, 7], 10) == Busiest(10, 3, 5)


@pytest.mark.parametrize("times", [[-(2**63)] * 3, [2**63 - 1] * 3, [-(2**63), 2**63 - 1] * 3])
def test_any_time_can_be_counted(tmp_path: Path, times: list[int]) -> None:
    assert found(tmp_path, times, 10**9).messages == (3 if len(set(times)) == 1 else 1)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 40), st.integers(1, 9))
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_it_is_the_most_of_all_stretches(
    tmp_path: Path, times: list[int], window_ns: int, batch: int
) -> None:
    times.sort()
    counts = {
        start: sum(start <= time < start + window_ns for time in times) for start in times[::-1]
    }
    most = max(counts.values())
    first = min(start for start, count in counts.items() if count == most)
    assert found(tmp_path, times, window_ns, batch) == Busiest(window_ns, most, first)
