"""What lies between a target's threads, in tables, pictures and warnings."""

from dataclasses import replace
from pathlib import Path

import pytest

from latprobe.errors import RunError
from latprobe.report.curve import curve_of
from latprobe.report.family import print_families
from latprobe.report.plot import write_plot
from latprobe.report.table import print_run
from latprobe.report.tail import print_tail
from latprobe.run.measured import Measured
from latprobe.run.store import read_run, write_run
from latprobe.run.tail import worst_messages
from latprobe.run.threads import Hop, Skew
from latprobe.run.warnings import warnings_of
from tests.report_snapshots import assert_matches, on_terminal, plain
from tests.runs import NO_ALLOCATIONS, MadeRun, platform
from tests.slow_messages import slow_message

RING = MadeRun(
    scenario="queue-ring",
    description="a ring, and a worker that spins",
    target="queue-ring",
    family="queue",
    stages=("parse", "decide", "route"),
    times={
        "trade": {
            "parse": {90: 9_900, 400: 100},
            "ring wait": {90: 5_000, 300: 4_990, 40_000: 10},
            "decide": {12: 9_900, 30: 100},
            "wire wait": {60: 10_000},
            "route": {12: 10_000},
            "total": {160: 9_900, 900: 100},
            "end_to_end": {700: 9_900, 41_000: 100},
        },
        "heartbeat": {"parse": {50: 100}, "total": {60: 100}, "end_to_end": {60: 100}},
    },
    costs_ns=(150.0, 151.0),
    allocations={"trade": NO_ALLOCATIONS, "heartbeat": NO_ALLOCATIONS},
    hops=(Hop("ring", 1), Hop("wire", 2)),
    depths={"ring": {0: 9_000, 3: 980, 64: 20}, "wire": {0: 10_000}},
    superseded=40,
    skews=(Skew(1, 0, -20.0, 80.0, 20_000),),
)


def test_queues_stand_in_the_table_where_a_message_comes_to_them() -> None:
    assert_matches("run_queues.txt", plain(lambda console: print_run(RING.document(), console)))


def test_a_run_with_queues_split_by_kind_fits_a_terminal() -> None:
    text = on_terminal(lambda console: print_run(RING.document(), console, by_kind=True), 100)

    assert_matches("run_queues_terminal_100.txt", text)
    assert max(map(len, text.splitlines())) <= 100


def test_a_time_across_threads_is_a_bound_where_their_clocks_agree_no_better() -> None:
    lines = plain(lambda console: print_run(RING.document(), console)).splitlines()
    (wait,) = [line for line in lines if line.startswith("wire wait")]
    (route,) = [line for line in lines if line.startswith("route")]

    assert wait.count("< 110 ns") == 5
    assert "<" not in route, "it is on one thread"
    assert any("across threads 100 ns more" in line for line in lines)


def test_without_hops_nothing_of_it_is_there() -> None:
    run = MadeRun(times={"trade": {"parse": {9: 10}, "total": {9: 10}}}).document()
    text = plain(lambda console: print_run(run, console))

    for word in ("end to end", "depth", "superseded", "threads"):
        assert word not in text


def test_a_family_with_queues_is_compared_end_to_end_as_well() -> None:
    other = replace(RING, scenario="queue-slots", target="queue-slots")
    runs = [RING.document(), other.document()]

    lines = plain(lambda console: print_families(runs, [], console)).splitlines()

    assert "end to end p50  end to end p99" in lines[1]
    assert "700 ns" in lines[2]


def test_a_picture_has_lines_for_waits_and_for_the_whole_way(tmp_path: Path) -> None:
    path = tmp_path / "it.svg"

    write_plot([RING.document()], path, stages=("ring wait", "end_to_end"))

    text = path.read_text(encoding="utf-8")
    assert "queue-ring  ring wait, 10,000 messages" in text.replace("20,000", "10,000")
    assert curve_of(RING.document(), "end_to_end", None, "it").max_ns >= 41_000
    with pytest.raises(RunError, match="`total` and `end_to_end`"):
        curve_of(RING.document(), "end_to_end", None, "it", "response")


def test_a_document_with_queues_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = RING.document()

    assert read_run(write_run(run, tmp_path)) == run
    assert [(it.hop, it.kind, it.max) for it in run.depths[:3]] == [
        ("ring", None, 64),
        ("wire", None, 0),
        ("ring", "trade", 64),
    ]
    assert run.ends is not None
    assert (run.ends.messages, run.ends.superseded, run.ends.dropped) == (20_200, 160, 0)


def test_threads_that_share_the_forks_cpu_are_warned_of() -> None:
    alone = replace(RING, worker_cpus=(), skews=())

    def problems(run: MadeRun) -> list[str]:
        document = run.document()
        measured = Measured(run.stages, (), document.forks, run.hops, run.skews)
        return [it.problem for it in warnings_of(measured, platform({}))]

    assert any("share the CPU" in problem for problem in problems(alone))
    assert not any("share the CPU" in problem for problem in problems(RING))
    text = plain(lambda console: print_run(alone.document(), console))
    assert "on the CPU of the forks" in text


def test_the_slowest_messages_are_so_on_all_threads_together() -> None:
    here = slow_message(5, 30_000.0, (30_000.0, None, None), end_to_end_ns=31_000.0)
    there = slow_message(9, 160.0, (90.0, 60_000.0, 12.0), end_to_end_ns=61_000.0)
    run = replace(RING, tails=((here, there),), replays=({9: 50_000.0, 5: 100.0},)).document()

    slowest, next_one = worst_messages(run.forks)

    assert (slowest.message.sequence, slowest.slow_by) == (9, "nature")
    assert (next_one.message.sequence, next_one.slow_by) == (5, "chance")
    text = plain(lambda console: print_tail(run, console))
    assert " 1  61.0 µs  add_order  message 9" in text
    assert "160 ns on the thread that it came to, 61.0 µs until its last thread was done" in text
