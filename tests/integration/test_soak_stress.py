"""Soaks beside stress-ng: it is there, it is off the target's CPU, and it never stays."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from tests.integration.conftest import Bench
from tests.soaks import DEADLINE_SECONDS, RunningSoak, end_all, report_in, series_in, start_soak

pytestmark = pytest.mark.skipif(
    shutil.which("stress-ng") is None,
    reason="stress-ng is not installed: apt-get install stress-ng",
)

LONG = ("--duration", "10m", "--interval", "0.2s", "--rate", "10k/s")
PRESSURE = ("cpu", "memory")


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    yield
    end_all()


def stressed_soak(bench: Bench, *kinds: str) -> tuple[RunningSoak, list[psutil.Process]]:
    """A soak, and the processes beside it once each stress has one that works."""
    scenario = bench.scenario(bench.feed([b"."] * 1_000))
    wanted = [it for kind in kinds for it in ("--stress", kind)]
    soak = start_soak(bench, scenario, *LONG, *wanted)
    give_up = time.monotonic() + DEADLINE_SECONDS
    while len(beside := children(soak, "stress-ng")) < 2 * len(kinds):
        assert soak.process.poll() is None, soak.shown_path.read_text()
        assert time.monotonic() < give_up
        time.sleep(0.05)
    soak.wait_for_intervals(2)
    return soak, beside


def children(soak: RunningSoak, name: str) -> list[psutil.Process]:
    found = []
    for it in psutil.Process(soak.process.pid).children(recursive=True):
        try:
            if name in it.name() or name in it.cmdline():
                found.append(it)
        except psutil.NoSuchProcess:
            continue
    return found


def wait_for_end_of(processes: list[psutil.Process]) -> None:
    give_up = time.monotonic() + DEADLINE_SECONDS
    while any(has_not_ended(it) for it in processes):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def has_not_ended(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("kind", PRESSURE)
def test_pressure_is_beside_the_target_and_off_its_cpu_and_the_report_names_it(
    bench: Bench, kind: str
) -> None:
    soak, beside = stressed_soak(bench, kind)
    (worker,) = children(soak, "latprobe.driver.soak.worker")
    if len(os.sched_getaffinity(0)) > 1:
        own = set(worker.cpu_affinity())
        assert len(own) == 1
        assert all(own.isdisjoint(it.cpu_affinity()) for it in beside)
    soak.process.send_signal(signal.SIGINT)

    assert soak.end() == 130
    wait_for_end_of(beside)
    assert report_in(bench)["soak"]["settings"]["stress"] == [kind]
    assert not report_in(bench)["soak"]["notices"]
    assert f"stress  {kind}" in bench.latprobe("soak", "--report", soak.folder).out


def test_pressure_ends_with_a_soak_that_is_killed_and_is_there_again_when_it_goes_on(
    bench: Bench,
) -> None:
    soak, beside = stressed_soak(bench, *PRESSURE)
    soak.process.kill()
    soak.end()
    wait_for_end_of(beside)

    soak = start_soak(bench, "--resume", soak.folder)
    soak.wait_for_intervals(1)
    assert children(soak, "stress-ng")


def test_pressure_that_ends_before_the_soak_is_said(bench: Bench) -> None:
    soak, beside = stressed_soak(bench, "cpu")
    for process in beside:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    soak.wait_for_intervals(len(soak.shown) + 1)
    soak.process.terminate()

    assert soak.end() == 143
    (notice,) = report_in(bench)["soak"]["notices"]
    assert "`--stress cpu`: stress-ng ended before the soak" in notice["words"]
    assert len(series_in(soak.folder)) >= 3
