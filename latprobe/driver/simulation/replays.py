"""Running the replays of a simulation: a process each, as many at a time as there are CPUs."""

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from latprobe.driver.runner import Ended, Runner, Watching, replay_to_end

WHOLE: Final = -1
"""Collects during the whole message, and observes no mark."""

OBSERVED: Final = -2
"""The same with all marks observed."""

_SLOWER: Final = 100
"""How many times as long a message may take as outside of valgrind."""

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
        volume: Arguments: the warm-up, where simulation begins in it, and the messages that count.
        messages: Messages of one replay.
        folder: For their files.
        environment: That of the program.
        valgrind: The command and its options, but for the file that is written to.
        timeout_s: How long a message may take outside of valgrind.
    """

    runner: Runner
    volume: Sequence[str]
    messages: int
    folder: Path
    environment: Mapping[str, str]
    valgrind: Sequence[str]
    timeout_s: float

    def scout(self) -> str:
        """Looks where stages lie, without valgrind, and answers what was found, as text."""
        self._run("scout", WHOLE, [], Watching(self.timeout_s))
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

            self._run("replay", it, command, Watching(self.timeout_s * _SLOWER, report, stop))
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

    def _run(self, mode: str, what: int, before: Sequence[str], watching: Watching) -> None:
        def command(descriptor: int, reason: Path) -> list[str]:
            runner = [*before, str(self.runner.program), mode, *self.runner.about, *self.volume]
            return [*runner, str(self.folder / "plan"), str(descriptor), str(reason), str(what)]

        ended = replay_to_end(command, self.folder / f"{mode}.{what}", watching, self.environment)
        if ended.how == "stopped":
            raise NotSimulatedError("another replay failed", "see the first one's reason")
        if ended.how == "hung":
            raise NotSimulatedError(
                f"no message was finished in {watching.patience_s:g} s",
                "raise `limits.timeout_s`: a simulated message takes some fifty times as long",
            )
        if ended.status != 0:
            raise _not_simulated(ended)


def _not_simulated(ended: Ended) -> NotSimulatedError:
    """Why a replay ended otherwise than well."""
    if ended.refused is not None:
        return NotSimulatedError(
            ended.refused, "a target is to do the same whenever it is handed the same feed"
        )
    if "unrecognised instruction" in ended.words or ended.status == -signal.SIGILL:
        return NotSimulatedError(
            "the target has instructions that valgrind does not know, such as AVX-512",
            "build it for a processor without them to have it simulated: "
            "`-C target-cpu=x86-64-v3` in the place of `native`, or `-march=x86-64-v3`",
        )
    last = ended.words.strip()[-_LAST_WORDS:]
    return NotSimulatedError(
        f"the replay ended with {ended.ending}{f'; it said: {last}' if last else ''}",
        "see whether the target runs under `valgrind --tool=callgrind` at all",
    )
