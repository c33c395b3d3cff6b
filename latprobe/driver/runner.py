"""The program that replays a feed into a library without an interpreter: `native/simulate`."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path
from typing import Final, Literal

from latprobe import _core
from latprobe.driver.job import Job
from latprobe.driver.shared_word import shared_word

_POLL_SECONDS: Final = 0.02
_REFUSED: Final = 3
_NOT_STARTED: Final = 2**64 - 1
_STARTING_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Runner:
    """The program, where it lies, and what all of its replays have in common.

    Attributes:
        program: The file.
        about: Arguments: the library, the target, its configuration, the feed and its layout.
    """

    program: Path
    about: tuple[str, ...]


def place_runner(job: Job, folder: Path) -> Runner:
    """Puts the program and the feed's layout into a folder."""
    program, layout = folder / "simulation-runner", folder / "layout"
    program.write_bytes(_core.SIMULATION_RUNNER)
    program.chmod(0o700)
    rows = (" ".join(map(str, batch)) for batch in job.batches)
    layout.write_text("".join(f"{row}\n" for row in rows), encoding="ascii")
    library = os.path.realpath(job.library)
    return Runner(program, (library, job.target, job.config, str(job.feed), str(layout)))


@dataclass(frozen=True)
class Watching:
    """How a replay is watched: its patience, who is told of messages, and what ends it early."""

    timeout_s: float
    report: Callable[[int], None] = lambda _: None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def patience_s(self) -> float:
        """How long a replay may stand still."""
        return max(self.timeout_s, _STARTING_SECONDS)


@dataclass(frozen=True)
class Ended:
    """How a replay ended.

    Attributes:
        how: By itself, or because it stood still or was to be stopped.
        status: As the shell has it; negative for a signal.
        message: That was in hand; None before the first.
        words: What it wrote.
        refused: Why it refused something, where it did.
    """

    how: Literal["ended", "hung", "stopped"]
    status: int
    message: int | None
    words: str
    refused: str | None

    @property
    def ending(self) -> str:
        """Its status in words."""
        return f"signal {-self.status}" if self.status < 0 else f"exit code {self.status}"


def replay_to_end(
    command: Callable[[int, Path], Sequence[str]],
    files: Path,
    watching: Watching,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Runs a replay, and whatever it starts, to its end.

    Args:
        command: Of the descriptor of the progress word and of the file for a reason.
        files: What the names of its files begin with.
        watching: How long, and who is told.
        environment: Its own, in the place of this process's.
    """
    reason, log = files.with_name(f"{files.name}.reason"), files.with_name(f"{files.name}.output")
    with ExitStack() as stack:
        descriptor, progress = stack.enter_context(shared_word("replay", _NOT_STARTED))
        output = stack.enter_context(log.open("wb"))
        process = subprocess.Popen(  # a fixed command, no shell
            command(descriptor, reason),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(descriptor,),
            start_new_session=True,
            env=None if environment is None else dict(environment),
        )
        try:
            how = _wait(process, progress, watching)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        number = _number(progress)
    refused = None
    if process.returncode == _REFUSED and reason.exists():
        refused = reason.read_text(encoding="utf-8", errors="replace")
    return Ended(
        how,
        process.returncode,
        None if number == _NOT_STARTED else number,
        log.read_text(encoding="utf-8", errors="replace"),
        refused,
    )


def _number(progress: mmap) -> int:
    return int.from_bytes(progress[:], sys.byteorder)


def _wait(
    process: "subprocess.Popen[bytes]", progress: mmap, watching: Watching
) -> Literal["ended", "hung", "stopped"]:
    """Waits for a replay to end, to stand still for too long, or to be stopped."""
    last, since = _NOT_STARTED, time.monotonic()
    while not watching.stop.is_set():
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)
            return "ended"
        number = _number(progress)
        if number != last:
            last, since = number, time.monotonic()
            watching.report(number)
        elif time.monotonic() - since > watching.patience_s:
            return "hung"
    return "stopped"
