"""Which stall of the control a slow message came together with."""

import pytest

from latprobe.driver.control import Stall, Watched
from latprobe.driver.overlap import longest_overlapping, with_stalls
from latprobe.run.model import LatencyPass
from latprobe.run.slow_message import Stall as StallBeside
from tests.runs import MadeRun, platform
from tests.slow_messages import TICKS_PER_NS, slow_message

START = 1_000_000
MESSAGE = slow_message(7, 5_000.0, start_ticks=START)  # to 1,010,000 ticks


def watched(*ticks: tuple[int, int]) -> Watched:
    stalls = tuple(Stall(start, end) for start, end in ticks)
    return Watched(platform({}), stalls, 1 / TICKS_PER_NS)


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ([], None),
        ([(0, START)], None),  # ends as it starts
        ([(START + 10_000, START + 20_000)], None),  # starts as it ends
        ([(START - 4_000, START + 1)], StallBeside(-2_000.0, 2_000.5)),
        ([(START + 9_999, START + 20_000)], StallBeside(4_999.5, 5_000.5)),
        ([(0, 2 * START)], StallBeside(-START / 2, START)),
        ([(0, 900_000), (START, START + 9), (START + 20, START + 40)], StallBeside(10.0, 10.0)),
    ],
)
def test_the_longest_stall_with_time_in_common_is_found(
    ticks: list[tuple[int, int]], expected: StallBeside | None
) -> None:
    assert longest_overlapping(MESSAGE, watched(*ticks)) == expected


def test_every_latency_pass_is_told_and_the_others_stay_as_they_are() -> None:
    counts = {100: 10}
    times = {"add_order": {"parse": counts, "total": counts}}
    forks = MadeRun(times=times, costs_ns=(5.0,), tails=[[MESSAGE], [MESSAGE]]).document().forks

    told = with_stalls(forks, watched((START, START + 100)))

    results = [fork.result for fork in told if isinstance(fork.result, LatencyPass)]
    assert [it.tail[0].stall for it in results] == 2 * [StallBeside(0.0, 50.0)]
    assert [it for it in told if it.collector == "cost"] == [
        it for it in forks if it.collector == "cost"
    ]
