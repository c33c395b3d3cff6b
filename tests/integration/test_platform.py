"""The idle control, beside forks and before them, and what the kernel counts of a fork."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from latprobe._core import Histogram
from latprobe.driver.control import Watched, idle_control
from latprobe.driver.cpus import control_cpu, fork_cpu, siblings
from latprobe.driver.migrations import read_migrations
from latprobe.run.platform import Platform
from tests.integration.conftest import Bench

ALLOWED = sorted(os.sched_getaffinity(0))


def assert_agrees_with_itself(platform: Platform, watched: Watched) -> None:
    assert platform.count == len(watched.stalls) == Histogram.decode(platform.histogram).count
    lengths_ns = [(it.end_ticks - it.start_ticks) * watched.ns_per_tick for it in watched.stalls]
    assert platform.longest_ns == pytest.approx(max(lengths_ns, default=0.0))
    assert platform.stalled_ns == pytest.approx(sum(lengths_ns))
    assert platform.share == pytest.approx(platform.stalled_ns / platform.watched_ns)
    assert all(length_ns > 0.99 * platform.threshold_ns for length_ns in lengths_ns)
    assert all(
        one.end_ticks <= other.start_ticks
        for one, other in zip(watched.stalls, watched.stalls[1:], strict=False)
    )


def test_a_control_beside_spins_until_it_is_asked(tmp_path: Path) -> None:
    with idle_control(None, ALLOWED[0], tmp_path) as answer:
        watched = answer()

    assert watched is not None
    assert (watched.platform.place, watched.platform.cpu) == ("beside", ALLOWED[0])
    assert_agrees_with_itself(watched.platform, watched)


def test_a_control_before_has_ended_when_the_forks_begin(tmp_path: Path) -> None:
    with idle_control(ALLOWED[-1], None, tmp_path) as answer:
        watched = answer()

    assert watched is not None
    assert (watched.platform.place, watched.platform.cpu) == ("before", ALLOWED[-1])
    assert watched.platform.watched_ns + watched.platform.preempted_ns > 0.49e9
    assert_agrees_with_itself(watched.platform, watched)


def test_what_other_tasks_take_from_a_control_is_not_the_platform_s(tmp_path: Path) -> None:
    work = f"import os; os.sched_setaffinity(0, {{{ALLOWED[-1]}}})\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", work]) as process:
        with idle_control(ALLOWED[-1], None, tmp_path) as answer:
            watched = answer()
        process.kill()

    assert watched is not None
    assert watched.platform.preempted > 0
    assert watched.platform.preempted_ns > 0
    assert_agrees_with_itself(watched.platform, watched)


def test_a_control_that_fails_has_no_answer(tmp_path: Path) -> None:
    with idle_control(None, 4095, tmp_path) as answer:
        assert answer() is None


def test_forks_and_control_are_on_cores_of_their_own() -> None:
    forks = fork_cpu(None)

    assert forks == ALLOWED[-1]
    own = control_cpu(forks)
    assert own is None or (own in ALLOWED and own != forks and own not in siblings(forks))
    assert control_cpu(None) is None, "forks that are not pinned may be anywhere"


def test_a_run_says_what_its_control_saw_and_what_the_kernel_counted(bench: Bench) -> None:
    outcome = bench.run(bench.scenario(bench.feed([b"."] * 1_000)))

    platform = bench.document["platform"]
    place = "before" if control_cpu(ALLOWED[-1]) is None else "beside"
    assert platform["place"] == place
    assert f"an idle control {place} the forks" in outcome.out
    for fork in bench.document["forks"]:
        counted = fork["resources"]
        known = counted["migrations"] is not None
        assert known == (counted["migrations_unsupported"] is None)
        assert 0 < fork["usage"]["cpu_s"] < counted["user_s"] + counted["system_s"]
        assert fork["usage"]["involuntary_switches"] <= counted["involuntary_switches"]


def test_the_migrations_of_a_process_are_read_even_after_it_has_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    ended = read_migrations(process.pid)

    process.wait()
    assert (ended.count is None) == (ended.unsupported is not None)
    if Path("/proc/self/sched").exists():
        assert ended.count is not None


def test_of_a_process_that_is_not_there_it_is_said_why_nothing_is_known() -> None:
    migrations = read_migrations(2**22 + 1)

    assert migrations.count is None
    assert "cannot be read" in (migrations.unsupported or "")
