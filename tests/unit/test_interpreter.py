"""The interpreter's own part in what a Python target costs."""

import gc
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.report.interpreter import interpreter_lines
from latprobe.run.interpreter import CollectorRuns, Course, InterpreterPass, Waits
from latprobe.run.measured import Measured
from latprobe.run.model import Fork, Resources
from latprobe.run.warnings import warnings_of
from latprobe.stats.warm_up import warm_up
from tests.callables import Replayed
from tests.runs import MadeRun

NO_WAITS = Waits(0, 0.0, 0.0)
FALLING = (800.0, 400.0, 200.0, *[100.0] * 29)


def fork(found: InterpreterPass) -> Fork:
    return Fork("interpreter", 0, 1, Resources(1.0, 1.0, 0.0, 1, 0, 0, 0, 0), result=found)


def test_runs_of_the_collector_within_messages_are_counted_and_timed(tmp_path: Path) -> None:
    replayed = Replayed(tmp_path, [b"m"] * 10, lambda _: (gc.collect(1), None)[1])
    gc.disable()
    try:
        (runs,) = replayed.interpreter(20, warmup=5).collections
    finally:
        gc.enable()

    assert (runs.generation, runs.within_messages, runs.runs) == (1, True, 25)
    assert 0 < runs.longest_ns <= runs.ns


BY_THE_KERNELS_CLOCK = """
import gc, json, sys, time
from pathlib import Path
from latprobe import _core
from tests.callables import Replayed

gc.disable()
kept = [[] for _ in range(20_000)]
replayed = Replayed(Path(sys.argv[1]), [b"m"] * 4, lambda _: (gc.collect(), None)[1])
instrument = _core.Instrument("monotonic_raw")
start = time.perf_counter_ns()
found = json.loads(replayed.replay.interpreter(instrument, 0, 20))
print(sum(it["ns"] for it in found["collections"]) / (time.perf_counter_ns() - start))
"""


def test_runs_of_the_collector_are_timed_by_the_clock_that_was_chosen(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BY_THE_KERNELS_CLOCK, str(tmp_path)]

    share = float(subprocess.run(command, check=True, capture_output=True).stdout)

    assert 0 < share <= 1


def test_the_collector_is_watched_for_as_long_as_the_pass(tmp_path: Path) -> None:
    before = list(gc.callbacks)
    meanwhile: set[int] = set()

    Replayed(tmp_path, [b"m"], lambda _: meanwhile.add(len(gc.callbacks))).interpreter(4)

    assert meanwhile == {len(before) + 1}
    assert gc.callbacks == before


def test_every_message_is_timed_from_the_first_one_on(tmp_path: Path) -> None:
    course = Replayed(tmp_path, [b"m"] * 40, lambda _: None).interpreter(90, warmup=10).course

    assert (course.messages, course.warmup, course.chunk_messages) == (100, 10, 32)
    # Where the feed starts anew a chunk is cut short.
    assert len(course.chunk_ns) == 2


def test_a_thread_that_sleeps_is_seen_to_wait(tmp_path: Path) -> None:
    replayed = Replayed(tmp_path, [b"m"] * 8, lambda _: time.sleep(1e-3))

    waits = replayed.interpreter(8).course.waits

    assert waits.switches >= 8
    assert waits.ns >= 8e6


def test_a_cost_is_steady_when_it_has_stopped_falling() -> None:
    seen = warm_up(FALLING)

    assert seen is not None
    # The stretches are 1, 1, 2, 4, 8 and 16 chunks: the third holds one that is not steady.
    assert (seen.first_ns, seen.steady_ns, seen.chunks) == (800.0, 100.0, 4)


def test_a_cost_that_falls_to_the_end_is_never_steady() -> None:
    seen = warm_up([1000.0 - 30 * chunk for chunk in range(32)])

    assert seen is not None
    assert seen.chunks is None


def test_few_chunks_tell_nothing() -> None:
    assert warm_up([1.0] * 7) is None


@given(
    st.floats(1.0, 1e6),
    st.integers(8, 500),
    st.floats(2.0, 100.0),
    st.data(),
)
def test_stalls_do_not_put_off_a_steady_cost(
    steady_ns: float, chunks: int, stall: float, data: st.DataObject
) -> None:
    chunk_ns = [steady_ns] * chunks
    # Behind the stretches of one or two chunks, which a stall may fill.
    place = data.draw(st.integers(4, chunks - 1)) if chunks > 4 else 0
    chunk_ns[place] *= stall

    seen = warm_up(chunk_ns)

    assert seen is not None
    assert (seen.steady_ns, seen.chunks) == (steady_ns, 0)


def test_the_interpreter_s_part_reads_well() -> None:
    found = InterpreterPass(
        Course(1024, 32, 32, FALLING, Waits(3, 4.2e6, 2e6)),
        (
            CollectorRuns(0, True, 24, 48_000.0, 3_000.0, 7),
            CollectorRuns(2, True, 1, 20_000.0, 20_000.0, 7),
            CollectorRuns(0, False, 1, 1_000.0, 1_000.0, 0),
        ),
    )
    run = MadeRun().document()
    run = msgspec.structs.replace(run, forks=(fork(found),))

    assert [str(line) for line in interpreter_lines(run)] == [
        "interpreter, over 1,024 messages from the first one on",
        "  collector  25 runs within messages (24 of generation 0 up to 3.00 µs, 1 of generation 2 "
        "up to 20.0 µs), 66.4 ns a message, 49.4 % of the time; 1 run between messages (1 of "
        "generation 0 up to 1.00 µs), 0.98 ns a message, 0.727 % of the time",
        "  warm-up    from 800 ns in the first 32 messages to 100 ns, steady after 128",
        "  waits      3 for the interpreter's lock, other locks or the kernel (2.9e-03 a message), "
        "4.20 ms in all, up to 2.00 ms in 32 messages",
    ]


@pytest.mark.parametrize(("warmup", "warned"), [(32, True), (128, False)])
def test_a_warm_up_that_is_too_short_is_warned_about(warmup: int, *, warned: bool) -> None:
    found = InterpreterPass(Course(1024, warmup, 32, FALLING, NO_WAITS), ())

    problems = [it.problem for it in warnings_of(Measured((), (), [fork(found)]), None)]

    assert any("steady after 128 messages" in it for it in problems) == warned
