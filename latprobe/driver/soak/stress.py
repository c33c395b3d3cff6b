"""What is done to a worker on purpose, to see what becomes of its latency."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from latprobe.errors import ScenarioError

PRESSURE: Final[Mapping[str, tuple[str, ...]]] = {
    "cpu": ("--cpu", "1"),
    "memory": ("--vm", "1", "--vm-bytes", "10%"),
}
"""What stress-ng is told, beside the worker and on no CPU of its own."""

KINDS: Final = ("pause", "malloc", "clock", *PRESSURE)
"""Clocks are stepped by a library that is preloaded, see `native/interpose/clock.c`."""

_WITHOUT_END: Final = ("--timeout", "0", "--quiet")
"""It would end by itself after a day."""

_BETWEEN_PAUSES_S: Final = 5.0
_PAUSE_S: Final = 0.05

_FILLED_WITH: Final = "165"
"""What glibc fills blocks with that are given out, and its complement those that come back."""


def check_stress(kinds: Sequence[str]) -> None:
    """Refuses what cannot be done here.

    Raises:
        ScenarioError: what is missing.
    """
    needed = [it for it in kinds if it in PRESSURE]
    if needed and shutil.which("stress-ng") is None:
        raise ScenarioError(
            f"`--stress {needed[0]}` is done by stress-ng, which is not installed: install it, or "
            "leave that out"
        )


def stress_environment(kinds: Sequence[str]) -> dict[str, str]:
    """What the worker's environment has besides."""
    return {"MALLOC_PERTURB_": _FILLED_WITH} if "malloc" in kinds else {}


@contextmanager
def stressed(
    kinds: Sequence[str], pid: int, folder: Path, notice: Callable[[str], None]
) -> Iterator[None]:
    """Puts the worker of that number under stress, while the block lasts.

    Args:
        kinds: In which ways.
        pid: The worker's.
        folder: Where stress-ng may write.
        notice: Is told where there was no stress to the end.
    """
    with ExitStack() as stack:
        if "pause" in kinds:
            stack.enter_context(_paused(pid))
        for kind in kinds:
            if kind in PRESSURE:
                stack.enter_context(_beside(kind, folder, notice))
        yield


@contextmanager
def _paused(pid: int) -> Iterator[None]:
    """Stops the process for a moment now and then, as a scheduler might."""
    is_over = threading.Event()

    def pause() -> None:
        while not is_over.wait(_BETWEEN_PAUSES_S):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                is_over.wait(_PAUSE_S)
                os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=pause, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@contextmanager
def _beside(kind: str, folder: Path, notice: Callable[[str], None]) -> Iterator[None]:
    """Runs stress-ng, which ends with this process at the latest."""
    command = ["stress-ng", *PRESSURE[kind], *_WITHOUT_END]
    process = subprocess.Popen(  # a fixed command, no shell
        [sys.executable, "-m", "latprobe.driver.soak.beside", str(os.getpid()), *command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        status = process.poll()
        if status is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        else:
            notice(f"`--stress {kind}`: stress-ng ended before the soak, with {status}")
