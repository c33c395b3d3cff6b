"""A command that is told to end does so, and leaves nothing running and nothing half-written."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.integration.conftest import LATPROBE, Bench

DEADLINE_SECONDS = 30.0


def start_hanging(bench: Bench) -> tuple["subprocess.Popen[str]", psutil.Process]:
    """A command whose target hangs, and the worker that it hangs in."""
    scenario = bench.scenario(
        bench.feed([b".", b"h"]), name="hanging", extra="limits = { timeout_s = 600 }"
    )
    temporary = bench.folder / "temporary"
    temporary.mkdir()
    command = subprocess.Popen(
        [LATPROBE, "run", scenario],
        cwd=bench.folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    return command, worker_of(command.pid, bench.library)


def worker_of(pid: int, library: Path) -> psutil.Process:
    """The child that has loaded the target and started on it."""
    give_up = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < give_up:
        for child in psutil.Process(pid).children():
            with suppress(psutil.Error):  # another child, which has just ended
                is_worker = any("worker" in word for word in child.cmdline())
                if is_worker and any(it.path == str(library) for it in child.memory_maps()):
                    return child
        time.sleep(0.05)
    raise AssertionError("no worker was started")


def has_ended(process: psutil.Process) -> bool:
    try:
        process.wait(DEADLINE_SECONDS)
    except psutil.TimeoutExpired:
        return False
    return True


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_forks_and_says_nothing_about_budgets(
    bench: Bench, sent: signal.Signals, code: int
) -> None:
    command, worker = start_hanging(bench)

    command.send_signal(sent)

    assert command.wait(DEADLINE_SECONDS) == code
    assert has_ended(worker)
    assert list((bench.folder / "temporary").iterdir()) == []
    assert not list((bench.folder / "results").rglob("*.tmp"))


def test_a_killed_command_takes_its_worker_with_it(bench: Bench) -> None:
    command, worker = start_hanging(bench)

    command.kill()
    command.wait(DEADLINE_SECONDS)

    assert has_ended(worker)


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_simulation_and_all_of_its_replays(
    bench: Bench, sent: signal.Signals, code: int
) -> None:
    extra = "simulate = { messages = 100_000_000 }"
    path = bench.scenario(bench.feed([b"."] * 1000), extra=extra)
    command = subprocess.Popen(
        [LATPROBE, "annotate", path, "--messages", "5_000_000"],
        cwd=bench.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    replays = replays_of(command.pid)

    command.send_signal(sent)

    assert command.wait(DEADLINE_SECONDS) == code
    assert all(has_ended(replay) for replay in replays)


def replays_of(pid: int) -> list[psutil.Process]:
    """The children that run under valgrind."""
    give_up = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < give_up:
        with suppress(psutil.Error):  # one that has just ended
            children = psutil.Process(pid).children()
            found = [it for it in children if any("callgrind" in word for word in it.cmdline())]
            if found:
                return found
        time.sleep(0.05)
    raise AssertionError("no replay was started")
