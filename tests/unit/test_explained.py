"""Which tails are the platform's: by the rate of its stalls, or since they came together."""

from dataclasses import replace

import pytest

from latprobe.run.explained import explained
from latprobe.run.measured import Measured
from latprobe.run.platform import Platform
from latprobe.run.slow_message import Stall
from latprobe.run.warnings import warnings_of
from tests.runs import Counts, MadeRun, platform
from tests.slow_messages import slow_message

LONGEST_NS = 50_000
# Of each of two forks: together 20,000 messages, 2 of them the longest, in 2.1 ms.
COUNTS = {100: 9_999, LONGEST_NS: 1}
RUN = MadeRun(times={"add_order": {"parse": COUNTS, "total": COUNTS}})
TOGETHER_NS = 2 * (9_999 * 100 + LONGEST_NS)


def explained_of(run: MadeRun, platform: Platform) -> set[tuple[str, str]]:
    document = run.document()
    return set(explained(Measured(run.stages, (), document.forks), platform))


@pytest.mark.parametrize(
    ("stalls", "is_explained"),
    [
        ({}, False),
        ({LONGEST_NS: 1}, True),  # one in the time of all messages, of two that were so long
        ({LONGEST_NS - 1_000: 100}, False),  # too short
        ({LONGEST_NS + 1_000: 1}, True),
    ],
)
def test_a_maximum_is_the_platform_s_where_it_stalls_so_long_so_often(
    stalls: Counts, is_explained: bool
) -> None:
    found = explained_of(RUN, platform(stalls, watched_ns=TOGETHER_NS))

    assert found == ({("parse", "max"), ("total", "max")} if is_explained else set())


def test_stalls_as_long_that_are_too_rare_explain_nothing() -> None:
    assert not explained_of(RUN, platform({LONGEST_NS: 1}, watched_ns=1.01 * TOGETHER_NS))


def test_a_quantile_is_weighed_with_all_messages_beyond_it() -> None:
    counts = {100: 9_980, LONGEST_NS: 20}
    run = replace(RUN, times={"add_order": {"parse": counts, "total": counts}})
    watched_ns = 2 * (9_980 * 100 + 20 * LONGEST_NS)

    assert not explained_of(run, platform({LONGEST_NS: 19}, watched_ns))
    assert ("total", "p99.9") in explained_of(run, platform({LONGEST_NS: 20}, watched_ns))


def test_what_the_control_cannot_see_is_not_explained() -> None:
    counts = {100: 9_999, 900: 1}
    run = replace(RUN, times={"add_order": {"parse": counts, "total": counts}})

    assert not explained_of(run, platform({1_000_000: 1_000_000}))


@pytest.mark.parametrize(("stall_ns", "is_explained"), [(24_000.0, False), (26_000.0, True)])
def test_a_message_that_came_while_the_control_stalled_is_explained(
    stall_ns: float, is_explained: bool
) -> None:
    stall = Stall(100.0, stall_ns)
    # The stage had half of the time, so that the shorter stall explains that, and not the whole.
    tail = [slow_message(7, LONGEST_NS, [LONGEST_NS / 10], stall=stall)]
    found = explained_of(replace(RUN, tails=[tail]), platform({}))

    assert found == ({("total", "max")} if is_explained else set())


def test_the_warning_names_each_figure_once_with_its_rows() -> None:
    document = RUN.document()
    measured = Measured(RUN.stages, (), document.forks)

    warnings = warnings_of(measured, platform({LONGEST_NS: 1}, TOGETHER_NS))

    (warning,) = [it for it in warnings if "platform" in it.problem]
    assert "explains max of parse, total" in warning.problem


def test_a_run_without_a_control_says_so() -> None:
    document = RUN.document()

    warnings = warnings_of(Measured(RUN.stages, (), document.forks), None)

    assert any("no idle control" in it.problem for it in warnings)
