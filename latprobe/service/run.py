"""One fork of an asyncio target: from its job to what was noted."""

import asyncio
import json
import platform
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np

from latprobe._core import NativeError
from latprobe.service.answer import Noted, service_pass, switch_pass
from latprobe.service.call import Caller
from latprobe.service.clock import describe_clock
from latprobe.service.job import ServiceJob
from latprobe.service.loop_lag import LoopLag
from latprobe.service.payloads import Batch, Payloads
from latprobe.service.progress import Progress
from latprobe.service.resolve import Service, find, loop_factory, make
from latprobe.service.task_switches import Switches
from latprobe.service.watching import WatchingProbe
from latprobe.service.websocket import receive, start_server


@dataclass(frozen=True)
class Fork:
    """What a fork is to do.

    `counts_switches`: whether it counts task switches, or times everything else.
    """

    job: ServiceJob
    feed: Path
    batches: tuple[Batch, ...]
    warmup: int
    messages: int
    other_cpus: tuple[int, ...]
    counts_switches: bool


@dataclass
class _Sent:
    """When the plan began, and what a sender and the service's errors were."""

    start_ns: int = 0
    late_histogram: str | None = None
    errors: dict[str, int] = field(default_factory=dict)
    error_examples: dict[str, str] = field(default_factory=dict)


def run_service(fork: Fork, shared: mmap) -> tuple[str, str]:
    """Runs a service; answers the instrument and the result as JSON.

    Raises:
        NativeError: what is not there, or what the service did not do.
    """
    kind = fork.job["loop"]
    with asyncio.Runner(loop_factory=loop_factory(kind)) as runner:
        result = runner.run(_run(fork, Progress(shared)))
    return json.dumps(describe_clock()), json.dumps(result)


async def _run(fork: Fork, progress: Progress) -> dict[str, Any]:
    job = fork.job
    loop = asyncio.get_running_loop()
    due_ns = np.load(job["plan"])
    probe = WatchingProbe(fork.messages, fork.warmup, fork.other_cpus)
    switches = Switches()
    sent = _Sent()
    _note_errors(loop, sent)
    found = find(job["reference"], job["path"])
    if fork.counts_switches:
        loop.set_task_factory(switches.task)
    service = make(found, job["reference"], probe, job["config"])
    await _answered(service.start)
    lag = LoopLag(loop, probe.loop_lag, progress)
    try:
        if job["transport"] == "websocket":
            await _over_websocket(fork, service, probe, due_ns, sent)
        else:
            await _by_call(fork, service, probe, due_ns, sent, progress)
        await _stopped(service, job["timeout_s"])
    finally:
        lag.close()
    if fork.counts_switches:
        return switch_pass(fork.messages, switches.count)
    lags = np.load(job["lags"]) if job["lags"] else None
    return service_pass(
        probe,
        Noted(
            loop=loop_name(job["loop"]),
            transport=job["transport"],
            due_ns=due_ns + sent.start_ns,
            recorded_lag_ns=lags,
            sender_late=sent.late_histogram,
            errors=sent.errors,
            error_examples=sent.error_examples,
        ),
    )


def loop_name(kind: str) -> str:
    """The loop and its version, for people."""
    return f"uvloop {version('uvloop')}" if kind == "uvloop" else f"asyncio {_python()}"


def _python() -> str:
    return f"of {platform.python_implementation()} {platform.python_version()}"


def _note_errors(loop: asyncio.AbstractEventLoop, sent: _Sent) -> None:
    """Errors in callbacks and in tasks that nobody waits for."""

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        name = type(error).__name__ if error else "error"
        sent.errors[name] = sent.errors.get(name, 0) + 1
        sent.error_examples.setdefault(name, str(error or context.get("message")))

    loop.set_exception_handler(note)


async def _by_call(
    fork: Fork,
    service: Service,
    probe: WatchingProbe,
    due_ns: "np.typing.NDArray[np.int64]",
    sent: _Sent,
    progress: Progress,
) -> None:
    assert service.handler is not None
    caller = Caller(
        asyncio.get_running_loop(),
        due_ns.tolist(),
        iter(Payloads(fork.feed, fork.batches)),
        service.handler,
        probe,
        progress,
    )
    await asyncio.get_running_loop().create_task(caller.run())
    sent.start_ns = caller.start_ns
    for name, count in caller.errors.items():
        sent.errors[name] = sent.errors.get(name, 0) + count
    sent.error_examples.update(caller.error_examples)


async def _over_websocket(
    fork: Fork,
    service: Service,
    probe: WatchingProbe,
    due_ns: "np.typing.NDArray[np.int64]",
    sent: _Sent,
) -> None:
    assert service.connect is not None
    server = await start_server(fork.job["serve"], fork.other_cpus)
    longest_s = float(due_ns[-1]) / 1e9 + fork.job["timeout_s"]
    try:
        receiving = receive(service.connect, server, lambda: probe.taken >= fork.messages)
        served = await asyncio.wait_for(receiving, longest_s)
    except TimeoutError:
        raise NativeError(
            f"the service received {probe.taken:,} of {fork.messages:,} messages in "
            f"{longest_s:.0f} s: does it call probe.received() for each?"
        ) from None
    sent.start_ns = served["start_monotonic_ns"]
    sent.late_histogram = served["lateness_histogram"]


async def _stopped(service: Service, timeout_s: float) -> None:
    try:
        await asyncio.wait_for(_answered(service.stop), timeout_s)
    except TimeoutError:
        raise NativeError(f"the service's `stop` did not return in {timeout_s:g} s") from None


async def _answered(call: Callable[[], Awaitable[object] | None] | None) -> None:
    waited = call() if call is not None else None
    if waited is not None:
        await waited
