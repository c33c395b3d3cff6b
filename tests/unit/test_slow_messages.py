"""The slowest messages over all passes of a run, and what their replay says."""

import pytest

from latprobe.run.tail import WORST, worst_messages
from tests.runs import MadeRun
from tests.slow_messages import slow_message

COUNTS = {100: 10}
TIMES = {"add_order": {"parse": COUNTS, "total": COUNTS}}


def test_a_message_that_several_passes_have_stands_once_with_its_slowest_time() -> None:
    tails = [
        [slow_message(7, 900.0), slow_message(3, 500.0)],
        [slow_message(7, 2_000.0), slow_message(5, 700.0)],
    ]
    slow = worst_messages(MadeRun(times=TIMES, tails=tails).document().forks)

    found = [(it.message.sequence, it.message.total_ns, it.fork, it.passes) for it in slow]
    assert found == [(7, 2_000.0, 1, 2), (5, 700.0, 1, 1), (3, 500.0, 0, 1)]


def test_of_one_pass_its_own_times_are_said() -> None:
    tails = [[slow_message(7, 900.0)], [slow_message(7, 2_000.0), slow_message(5, 700.0)]]
    slow = worst_messages(MadeRun(times=TIMES, tails=tails).document().forks, fork=0)

    assert [(it.message.total_ns, it.passes) for it in slow] == [(900.0, 2)]


def test_there_are_no_more_than_are_worth_a_look() -> None:
    tails = [[slow_message(fork * 100 + it, 900.0) for it in range(20)] for fork in range(2)]
    slow = worst_messages(MadeRun(times=TIMES, tails=tails).document().forks)

    assert [it.message.sequence for it in slow] == list(range(WORST))


@pytest.mark.parametrize(
    ("replayed_ns", "slow_by"),
    [
        ([], None),
        ([499.0, 499.0, 9_000.0], "chance"),
        ([500.0, 500.0, 1.0], "nature"),
        ([1_200.0], "nature"),
    ],
)
def test_half_of_the_first_time_at_the_median_is_nature(
    replayed_ns: list[float], slow_by: str | None
) -> None:
    run = MadeRun(
        times=TIMES, tails=[[slow_message(7, 1_000.0)]], replays=[{7: it} for it in replayed_ns]
    )
    (slow,) = worst_messages(run.document().forks)

    assert (slow.slow_by, slow.replayed_ns) == (slow_by, tuple(replayed_ns))
