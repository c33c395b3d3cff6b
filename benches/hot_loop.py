"""What the loops of the passes ask of the allocator and of the kernel: nothing, or it shows."""

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from benches.counting_allocator import allocator_file
from benches.figure import Figure, unsupported
from benches.native import SELF_COST, BenchError, output_of
from latprobe.driver.drive import run_collector
from latprobe.driver.plan import Volume
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.run.model import AllocationPass
from latprobe.scenario import Scenario, SynthFeed, TargetReference

_PASSES: Final = ("latency", "span", "cost", "allocations", "digest")
_MESSAGES: Final = 100_000
_A_CALL: Final = re.compile(r"(?:\d+\s+)?\w+\(")
_ALLOCATIONS: Final = "own allocations per message in the hot loop"
_SYSTEM_CALLS: Final = "own system calls per message in the hot loop"


class HotLoop(Struct, frozen=True):
    """What was seen between the first and the last message of one pass, and how many they are.

    `system_calls` is None where they could not be counted.
    """

    name: str
    messages: int
    allocation_calls: int
    system_calls: int | None


class HotLoops(Struct, frozen=True):
    """All passes, and what the allocation pass says of itself in a fork of its own.

    `untraced` says why system calls could not be counted.
    """

    passes: tuple[HotLoop, ...]
    own_pass_messages: int
    own_pass_calls: int
    untraced: str | None


class _Observed(Struct, frozen=True):
    messages: int
    allocation_calls: float | None


def measure() -> HotLoops:
    """Runs each pass over a target that does nothing, once to count and once to be traced."""
    passes = []
    untraced = None if shutil.which("strace") else "strace is not installed"
    with allocator_file() as allocator:
        for name in _PASSES:
            output = output_of([SELF_COST, "hot-loop", name], {"LD_PRELOAD": allocator})
            observed = msgspec.json.decode(output, type=_Observed)
            assert observed.allocation_calls is not None, "the allocator was not preloaded"
            system_calls = None
            if untraced is None:
                try:
                    system_calls = _traced(name, allocator)
                except BenchError as error:
                    untraced = f"strace: {error}"
            passes.append(
                HotLoop(name, observed.messages, int(observed.allocation_calls), system_calls)
            )
    messages, calls = _own_allocation_pass()
    return HotLoops(tuple(passes), messages, calls, untraced)


def figures(loops: HotLoops) -> list[Figure]:
    """Exact counts: a single one in any pass is one too many."""
    names = ", ".join(loop.name for loop in loops.passes)
    allocations = sum(loop.allocation_calls for loop in loops.passes) + loops.own_pass_calls
    messages = sum(loop.messages for loop in loops.passes) + loops.own_pass_messages
    rows = [
        Figure(
            _ALLOCATIONS,
            f"{_per_message(allocations, messages)} ({names}; own pass)",
            "0",
            allocations == 0,
        )
    ]
    if loops.untraced is not None:
        return [*rows, unsupported(_SYSTEM_CALLS, loops.untraced, "0")]
    calls = sum(loop.system_calls or 0 for loop in loops.passes)
    messages -= loops.own_pass_messages
    measured = f"{_per_message(calls, messages)} ({names})"
    return [*rows, Figure(_SYSTEM_CALLS, measured, "0", calls == 0)]


def calls_between_messages(trace: Sequence[str]) -> int:
    """System calls that `strace -f` wrote down between the first message and the last.

    Raises:
        BenchError: where the trace does not hold both.
    """
    first, last = (
        next((at for at, line in enumerate(trace) if f'"/latprobe/{place}"' in line), None)
        for place in ("first", "last")
    )
    if first is None or last is None:
        raise BenchError("the first and the last message are not in the trace")
    return sum(1 for line in trace[first + 1 : last] if _A_CALL.match(line))


def _traced(name: str, allocator: str) -> int:
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as folder:
        trace = Path(folder) / "trace"
        strace = ["strace", "-f", "-o", str(trace), "-E", f"LD_PRELOAD={allocator}"]
        output_of([*strace, SELF_COST, "hot-loop", name])
        return calls_between_messages(trace.read_text(encoding="utf-8").splitlines())


def _own_allocation_pass() -> tuple[int, int]:
    """Messages of a real fork over the built-in null target, and the calls of its harness."""
    feed = prepare_feed(SynthFeed("json", messages=_MESSAGES), lambda _: None)
    scenario = Scenario("null", str(feed.path), TargetReference("builtin", "null"))
    fork = run_collector(
        "allocations", scenario, replayable(feed), Volume(0, _MESSAGES), lambda _: None
    )
    if not isinstance(fork.result, AllocationPass):
        raise BenchError(f"the allocation pass has failed: {fork.failure}")
    own = fork.result.harness
    return fork.result.messages, own.allocations + own.frees + own.reallocations


def _per_message(calls: int, messages: int) -> str:
    return f"{calls / messages:g} in {messages:,} messages"
