"""Which CPU is whose."""

import os

import pytest

from latprobe.driver import cpus as cpus_module
from latprobe.driver.cpus import (
    control_cpu,
    out_of_the_way,
    parse_cpu_list,
    starting_on,
    worker_cpus,
)

ALLOWED = os.sched_getaffinity(0)


@pytest.mark.parametrize(
    ("text", "cpus"),
    [("0\n", {0}), ("0-2,8\n", {0, 1, 2, 8}), ("3,7", {3, 7}), ("10-11", {10, 11})],
)
def test_the_kernel_s_lists_of_cpus_are_read(text: str, cpus: set[int]) -> None:
    assert parse_cpu_list(text) == cpus


@pytest.mark.parametrize("text", ["", "all", "1,", "-1"])
def test_what_is_no_list_of_cpus_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        parse_cpu_list(text)


def test_this_process_leaves_the_forks_cpu_and_comes_back() -> None:
    forks = max(ALLOWED)
    with out_of_the_way(forks, min(ALLOWED)):
        inside = os.sched_getaffinity(0)
    others = ALLOWED - {forks} or ALLOWED

    assert inside == (others - {min(ALLOWED)} or others)
    assert os.sched_getaffinity(0) == ALLOWED


def test_a_cpu_that_is_not_there_starts_nothing_anywhere_else() -> None:
    with starting_on(4095):
        assert os.sched_getaffinity(0) == ALLOWED
    with starting_on(max(ALLOWED)):
        assert os.sched_getaffinity(0) == {max(ALLOWED)}

    assert os.sched_getaffinity(0) == ALLOWED


@pytest.mark.parametrize(
    ("allowed", "core", "wanted", "workers", "control"),
    [
        # The forks are on the last; each core has the CPUs that are named with it.
        ({0, 1}, {1}, None, (0,), None),
        ({0, 1, 2}, {2}, None, (0, 1), None),
        ({0, 1, 2, 3}, {3}, None, (0, 1), 2),
        ({0, 1, 2, 3}, {1, 3}, None, (0, 2), None),
        ({0, 1}, {0, 1}, None, (0,), None),
        ({1}, {1}, None, (), None),
        ({0, 1, 2, 3}, {3}, (2, 0), (2, 0), 1),
        ({0, 1}, {1}, (1, 7), (1,), 0),
        ({0, 1}, {1}, (), (), 0),
    ],
)
def test_a_target_s_threads_have_other_cpus_than_the_forks_and_the_control(
    monkeypatch: pytest.MonkeyPatch,
    allowed: set[int],
    core: set[int],
    wanted: tuple[int, ...] | None,
    workers: tuple[int, ...],
    control: int | None,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(allowed))
    monkeypatch.setattr(cpus_module, "siblings", lambda _: core)

    found = worker_cpus(wanted, max(allowed))

    assert found == workers
    assert control_cpu(max(allowed), found) == control


def test_forks_that_are_not_pinned_leave_a_target_s_threads_where_they_are() -> None:
    assert worker_cpus(None, None) == ()
