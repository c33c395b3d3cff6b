"""One fork of an asyncio target: from its job to what was noted."""

import asyncio
import json
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np

from latprobe._core import NativeError
from latprobe.reference import find_object
from latprobe.service.answer import Noted, service_pass, switch_pass
from latprobe.service.answered import answered, stopped
from latprobe.service.call import Caller
from latprobe.service.clock import describe_clock
from latprobe.service.job import ServiceJob
from latprobe.service.loop_lag import LoopLag
from latprobe.service.payloads import Batch, Payloads
from latprobe.service.progress import Progress
from latprobe.service.resolve import Service, loop_factory, make
from latprobe.service.watching import WatchingProbe
from latprobe.service.websocket import receive, start_server


@dataclass(frozen=True)
class Fork:
    """What a fork is to do.

    `counts_switches`: whether it counts task switches, or times everything else. `on_message` is
    told the number of each message, and `on_last` when all have been handled.
    """

    job: ServiceJob
    feed: Path
    batches: tuple[Batch, ...]
    warmup: int
    messages: int
    other_cpus: tuple[int, ...]
    counts_switches: bool = False
    on_message: Callable[[int], None] | None = None
    on_last: Callable[[], None] | None = None


@dataclass
class _Sent:
    """When the plan began, and how late a sender was."""

    start_ns: int
    late_histogram: str | None = None


def run_service(fork: Fork, shared: mmap) -> tuple[str, str]:
    """Runs a service; answers the instrument and the result as JSON.

    Raises:
        NativeError: what is not there, or what the service did not do.
    """
    kind = fork.job["loop"]
    with asyncio.Runner(loop_factory=loop_factory(kind)) as runner:
        result = runner.run(noted(fork, Progress(shared)))
    return json.dumps(describe_clock()), json.dumps(result)


async def noted(fork: Fork, progress: Progress) -> dict[str, Any]:
    """What a fork is to find, in its loop; see `run_service`."""
    job = fork.job
    loop = asyncio.get_running_loop()
    due_ns = np.load(job["plan"])[: fork.messages]

    def reached(sequence: int) -> None:
        progress.reached(sequence)
        if fork.on_message is not None:
            fork.on_message(sequence)

    told = progress.reached if fork.on_message is None else reached
    probe = WatchingProbe(fork.messages, fork.warmup, fork.other_cpus, told)
    _note_failures(loop, probe)
    _, found = find_object(job["reference"], job["path"])
    if fork.counts_switches:
        loop.set_task_factory(probe.switches.task)
    service = make(found, job["reference"], probe, job["config"])
    await answered(service.start)
    lag = LoopLag(loop, probe.loop_lag, progress)
    try:
        if job["transport"] == "websocket":
            sent = await _over_websocket(fork, service, probe, due_ns)
        else:
            sent = await _by_call(fork, service, probe, due_ns)
        if fork.on_last is not None:
            fork.on_last()
        await stopped(service.stop, job["timeout_s"])
    finally:
        lag.close()
    if fork.counts_switches:
        return switch_pass(fork.messages - fork.warmup, probe.switches.count)
    lags = np.load(job["lags"]) if job["lags"] else None
    return service_pass(
        probe,
        Noted(
            loop=loop_name(job["loop"]),
            transport=job["transport"],
            due_ns=due_ns + sent.start_ns,
            recorded_lag_ns=lags,
            sender_late=sent.late_histogram,
        ),
    )


def loop_name(kind: str) -> str:
    """The loop and its version, for people."""
    return f"uvloop {version('uvloop')}" if kind == "uvloop" else f"asyncio {_python()}"


def _python() -> str:
    return f"of {platform.python_implementation()} {platform.python_version()}"


def _note_failures(loop: asyncio.AbstractEventLoop, probe: WatchingProbe) -> None:
    """Those in callbacks, and in tasks that nobody waits for."""

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        probe.failures.note(context.get("exception"), str(context.get("message")))

    loop.set_exception_handler(note)


async def _by_call(
    fork: Fork,
    service: Service,
    probe: WatchingProbe,
    due_ns: "np.typing.NDArray[np.int64]",
) -> _Sent:
    assert service.handler is not None
    caller = Caller(
        asyncio.get_running_loop(),
        due_ns.tolist(),
        iter(Payloads(fork.feed, fork.batches)),
        service.handler,
        probe,
    )
    await asyncio.get_running_loop().create_task(caller.run())
    return _Sent(caller.start_ns)


async def _over_websocket(
    fork: Fork,
    service: Service,
    probe: WatchingProbe,
    due_ns: "np.typing.NDArray[np.int64]",
) -> _Sent:
    assert service.connect is not None
    server = await start_server(fork.job["serve"], fork.other_cpus)
    longest_s = float(due_ns[-1]) / 1e9 + fork.job["timeout_s"]
    try:
        receiving = receive(
            service.connect, server, lambda: probe.taken >= fork.messages, probe.failures
        )
        served = await asyncio.wait_for(receiving, longest_s)
    except TimeoutError:
        raise NativeError(
            f"the service received {probe.taken:,} of {fork.messages:,} messages in "
            f"{longest_s:.0f} s: does it call probe.received() for each?"
        ) from None
    return _Sent(served["start_monotonic_ns"], served["lateness_histogram"])
