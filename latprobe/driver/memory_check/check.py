"""A check of one target's memory: the replay, and what its checker made of it."""

import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from latprobe.driver.job import Job
from latprobe.driver.memory_check.gather import (
    Folding,
    errors_of,
    faulty_messages,
    leaks_of,
    path_of,
)
from latprobe.driver.memory_check.memcheck_file import read_memcheck
from latprobe.driver.memory_check.reported import Reported
from latprobe.driver.memory_check.sanitizer_file import read_sanitizer
from latprobe.driver.memory_check.symbols import symbolize
from latprobe.driver.runner import Ended, Runner, Watching, place_runner, replay_to_end
from latprobe.errors import ScenarioError
from latprobe.run.memory_check import Checker, MemoryCheck, Stopped

_SLOWER: Final = 100
"""How many times as long a message may take as outside of a checker."""

_LAST_WORDS: Final = 400
_REPORT: Final = "report"
_SANITIZER_OPTIONS: Final = (
    # Each error is counted, and the next is looked for.
    "halt_on_error=0:suppress_equal_pcs=0:"
    # Whole stacks, also without frame pointers; functions are found afterwards.
    "fast_unwind_on_malloc=0:symbolize=0:"
    # Leaks are looked for by the runner, when the instance has been destroyed.
    "detect_leaks=1:leak_check_at_exit=0:detect_stack_use_after_return=1:"
    "allocator_may_return_null=1:handle_abort=0"
)


@dataclass(frozen=True)
class Checked:
    """Whose memory is checked, and in which words it is told."""

    scenario: str
    job: Job
    kinds: Sequence[str]


def check_memcheck(what: Checked, folder: Path, on_messages: Callable[[int], None]) -> MemoryCheck:
    """Replays under valgrind's memcheck.

    Raises:
        ScenarioError: where it cannot be run, and what would help.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise ScenarioError(
            "valgrind is not installed: install it (on Debian and Ubuntu: apt-get install "
            "valgrind), or check a target built with AddressSanitizer: `--with asan`"
        )
    runner, out = place_runner(what.job, folder), folder / "memcheck.xml"
    before = [
        valgrind,
        "--tool=memcheck",
        "--vgdb=no",
        "--xml=yes",
        f"--xml-file={out}",
        "--track-origins=yes",
        "--error-limit=no",
        "--leak-check=full",
        "--show-leak-kinds=definite",
        "--num-callers=64",
        "--child-silent-after-fork=yes",  # a child would write into the same file
    ]
    ended = _replay(what.job, runner, folder, before, on_messages, {**os.environ, **what.job.env})
    if "unrecognised instruction" in ended.words or ended.status == -signal.SIGILL:
        raise ScenarioError(
            "the target has instructions that valgrind does not know, such as AVX-512: build it "
            "for a processor without them (`-C target-cpu=x86-64-v3`, or `-march=x86-64-v3`)"
        )
    content = out.read_bytes() if out.exists() else b""
    return _result(what, "memcheck", ended, runner, read_memcheck(content, ended.message))


def check_asan(
    what: Checked, folder: Path, on_messages: Callable[[int], None], runtime: str
) -> MemoryCheck:
    """Replays into a target that was built with AddressSanitizer, whose `runtime` is preloaded.

    Raises:
        ScenarioError: where it cannot be run, and what would help.
    """
    runner, log = place_runner(what.job, folder), folder / "asan.log"
    environment = sanitized(runtime, what.job.env, f"{_SANITIZER_OPTIONS}:log_path={log}")
    ended = _replay(what.job, runner, folder, [], on_messages, environment)
    report = folder / _REPORT
    if not report.exists() and ended.status != 0:
        raise ScenarioError(
            f"AddressSanitizer's runtime, {runtime}, does not fit the target: {_last(ended)}"
        )
    logs = [it.read_text(errors="replace") for it in sorted(folder.glob("asan.log.*"))]
    content = report.read_bytes() if report.exists() else b""
    reported = read_sanitizer(content, "".join(logs), symbolize)
    return _result(what, "asan", ended, runner, reported)


def sanitized(
    runtime: str, own: Mapping[str, str], options: str = "detect_leaks=0"
) -> dict[str, str]:
    """The environment of a process that loads a target with AddressSanitizer.

    It is this process's with a scenario's `own` on top.
    """
    before = os.environ.get("LD_PRELOAD", "")
    preload = f"{runtime}:{before}" if before else runtime
    return {**os.environ, **own, "LD_PRELOAD": preload, "ASAN_OPTIONS": options}


def _replay(
    job: Job,
    runner: Runner,
    folder: Path,
    before: Sequence[str],
    on_messages: Callable[[int], None],
    environment: Mapping[str, str],
) -> Ended:
    def command(descriptor: int, reason: Path) -> list[str]:
        volume = ["0", "0", str(job.measured), str(folder / _REPORT)]
        program = [str(runner.program), "check", *runner.about, *volume]
        return [*before, *program, str(descriptor), str(reason), "0"]

    watching = Watching(job.timeout_s * _SLOWER, on_messages)
    ended = replay_to_end(command, folder / "check", watching, environment)
    if ended.refused is not None:
        raise ScenarioError(ended.refused)
    return ended


def _result(
    what: Checked, checker: Checker, ended: Ended, runner: Runner, reported: Reported
) -> MemoryCheck:
    folding = Folding(path_of(what.job.library), str(runner.program))
    faulty, faulty_count = faulty_messages(reported, what.kinds, what.job)
    stopped = _stopped(ended, reported)
    handled = what.job.measured if stopped is None else ended.message or 0
    return MemoryCheck(
        scenario=what.scenario,
        target=what.job.target,
        checker=checker,
        version=reported.version,
        messages=handled,
        errors=errors_of(reported, folding),
        faulty=faulty,
        faulty_messages=faulty_count,
        leaks=None if reported.leaks is None else leaks_of(reported.leaks, folding),
        stopped=stopped,
    )


def _stopped(ended: Ended, reported: Reported) -> Stopped | None:
    """How the target ended the replay, where it did; what AddressSanitizer ends is explained."""
    last = reported.errors[-1].in_hand if reported.errors else None
    in_hand = -1 if ended.message is None else ended.message
    is_explained = last == in_hand
    if ended.how == "hung":
        return Stopped("no message was finished for too long", ended.message, False)
    if reported.fatal is not None:
        return Stopped(f"ended by {reported.fatal}", ended.message, is_explained)
    # Where AddressSanitizer may not look for leaks, it ends the process behind the last message.
    if not reported.is_whole or (ended.status != 0 and reported.leaks is not None):
        how = f"ended with {ended.ending}"
        return Stopped(f"{how}; it said: {_last(ended)}", ended.message, is_explained)
    return None


def _last(ended: Ended) -> str:
    return ended.words.strip()[-_LAST_WORDS:] or "nothing"
