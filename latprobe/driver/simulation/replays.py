"""Running the replays of a simulation: a process each, as many at a time as there are CPUs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path
from typing import Final

from latprobe.driver.shared_word import shared_word

WHOLE: Final = -1
"""Collects during the whole message, and observes no mark."""

OBSERVED: Final = -2
"""The same with all marks observed."""

_POLL_SECONDS: Final = 0.02
_REFUSED: Final = 3
_NOT_STARTED: Final = 2**64 - 1
_SLOWER: Final = 100
"""How many times as long a message may take as outside of valgrind."""

_STARTING_SECONDS: Final = 120.0
_LAST_WORDS: Final = 400


class NotSimulatedError(Exception):
    """A replay came to nothing.

    Attributes:
        remedy: What would help.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


@dataclass(frozen=True)
class Replays:
    """What all replays of a simulation have in common.

    Attributes:
        runner: The program.
        arguments: From the library to the messages that count, see `native/simulate/runner.c`.
        messages: Messages of one replay.
        folder: For their files.
        environment: That of the program.
        valgrind: The command and its options, but for the file that is written to.
        timeout_s: How long a message may take outside of valgrind.
    """

    runner: Path
    arguments: Sequence[str]
    messages: int
    folder: Path
    environment: Mapping[str, str]
    valgrind: Sequence[str]
    timeout_s: float

    def scout(self) -> str:
        """Looks where stages lie, without valgrind, and answers what was found, as text."""
        self._run("scout", WHOLE, [], _Watching(self.timeout_s))
        return (self.folder / "plan.summary").read_text(encoding="ascii")

    def collect(self, what: Sequence[int], on_messages: Callable[[int], None]) -> list[Path]:
        """Replays under callgrind for each of `what`, and answers the files, in order.

        `on_messages` is told how many messages are done in all of them. Where one fails, or this
        process is told to end, so do the others.
        """
        done = dict.fromkeys(what, 0)
        stop = threading.Event()

        def one(it: int) -> Path:
            out = self.folder / f"callgrind.{it}"
            command = [*self.valgrind, f"--callgrind-out-file={out}"]

            def report(messages: int) -> None:
                done[it] = messages
                on_messages(sum(done.values()))

            self._run("replay", it, command, _Watching(self.timeout_s * _SLOWER, report, stop))
            return out

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            futures = [pool.submit(one, it) for it in what]
            try:
                for future in as_completed(futures):
                    future.result()
                return [future.result() for future in futures]
            finally:
                stop.set()
                for future in futures:
                    future.cancel()

    def _run(
        self,
        mode: str,
        what: int,
        before: Sequence[str],
        watching: "_Watching",
    ) -> None:
        reason, log = self.folder / f"reason.{what}", self.folder / f"output.{what}"
        with ExitStack() as stack:
            descriptor, progress = stack.enter_context(shared_word("simulation", _NOT_STARTED))
            output = stack.enter_context(log.open("wb"))
            command = [*before, str(self.runner), mode, *self.arguments]
            command += [str(self.folder / "plan"), str(descriptor), str(reason), str(what)]
            process = subprocess.Popen(  # a fixed command, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(descriptor,),
                env=self.environment,
                start_new_session=True,
            )
            try:
                _wait(process, progress, watching)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        if process.returncode != 0:
            words = log.read_text(encoding="utf-8", errors="replace")
            raise _not_simulated(process.returncode, words, reason)


@dataclass(frozen=True)
class _Watching:
    """How a replay is watched: its patience, who is told of messages, and what ends it early."""

    timeout_s: float
    report: Callable[[int], None] = lambda _: None
    stop: threading.Event = field(default_factory=threading.Event)


def _wait(process: "subprocess.Popen[bytes]", progress: mmap, watching: _Watching) -> None:
    """Waits for a replay to end, to stand still for too long, or to be stopped."""
    patience_s = max(watching.timeout_s, _STARTING_SECONDS)
    last, since = _NOT_STARTED, time.monotonic()
    while not watching.stop.is_set():
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)
            return
        number = int.from_bytes(progress[:], sys.byteorder)
        if number != last:
            last, since = number, time.monotonic()
            watching.report(number)
        elif time.monotonic() - since > patience_s:
            raise NotSimulatedError(
                f"no message was finished in {patience_s:g} s",
                "raise `limits.timeout_s`: a simulated message takes some fifty times as long",
            )
    raise NotSimulatedError("another replay failed", "see the first one's reason")


def _not_simulated(status: int, words: str, reason: Path) -> NotSimulatedError:
    """Why a replay ended otherwise than well."""
    if status == _REFUSED and reason.exists():
        return NotSimulatedError(
            reason.read_text(encoding="utf-8", errors="replace"),
            "a target is to do the same whenever it is handed the same feed",
        )
    if "unrecognised instruction" in words or status == -signal.SIGILL:
        return NotSimulatedError(
            "the target has instructions that valgrind does not know, such as AVX-512",
            "build it for a processor without them to have it simulated: "
            "`-C target-cpu=x86-64-v3` in the place of `native`, or `-march=x86-64-v3`",
        )
    last = words.strip()[-_LAST_WORDS:]
    ending = f"signal {-status}" if status < 0 else f"exit code {status}"
    return NotSimulatedError(
        f"the replay ended with {ending}{f'; it said: {last}' if last else ''}",
        "see whether the target runs under `valgrind --tool=callgrind` at all",
    )
