"""Looking at everything that `latprobe doctor` tells about."""

import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import msgspec

from latprobe import _core
from latprobe.cli.chain_feed import ChainFeed, make_chain_feed
from latprobe.driver.plan import Volume
from latprobe.driver.skew import measure_skews
from latprobe.driver.steps import run_collector
from latprobe.instrument.clock import clock_findings
from latprobe.instrument.collectors import collector_findings
from latprobe.instrument.machine import Stalls, machine_findings, steal_share
from latprobe.instrument.processor import processor_findings
from latprobe.instrument.skew import skew_finding
from latprobe.instrument.system_files import read_system_files
from latprobe.instrument.truth import ChainForks, truth_rows
from latprobe.run.examination import Examination, Finding
from latprobe.run.machine import describe_machine
from latprobe.run.model import Collector, Fork
from latprobe.scenario import ClockChoice, Drive, Scenario, TargetReference
from latprobe.temporary_folder import temporary_folder

LENGTHS = tuple(2**power for power in range(1, 15))
"""Products in a chain: 1 ns to 10 µs on processors of today. Each is a message kind of its own."""

_ROUNDS = 5
_LEAST_ROUNDS = 3
_ENOUGH_SECONDS = 9.0
_LATENCY_FORKS_A_ROUND = 2
_COST_PRODUCTS = 4_000_000
_STALL_SECONDS = 1.0
_SKEWS = 16
"""CPUs whose clocks are compared: some 20 ms each."""
_CHECKED: tuple[Collector, ...] = (
    "digest",
    "latency",
    "cost",
    "allocations",
    "memory",
    "callsites",
)

OnStep = Callable[[str, float], None]
"""Told what is done now, and which part of all is done."""


def examine(clock: ClockChoice, on_step: OnStep) -> Examination:
    """Looks at this machine; takes some 10 seconds."""
    started = time.monotonic()
    allowed = frozenset(os.sched_getaffinity(0))
    before = _proc_stat()
    with temporary_folder() as folder:
        on_step("making a feed", 0.0)
        feed = make_chain_feed(folder / "chains.arrow", LENGTHS)
        on_step("collectors", 0.05)
        checked = {it: _fork(it, "chain", feed, clock) for it in _CHECKED}
        chains = _run_chains(feed, clock, on_step)
    on_step("watching for stalls", 0.9)
    cpu = _cpu(checked["latency"], allowed)
    files = read_system_files(cpu)
    stalls = _watch_stalls(cpu)
    forks = [*chains.latency, *(fork for forks in chains.cost.values() for fork in forks)]
    tools = {name: shutil.which(name) for name in ("valgrind", "strace")}
    findings: list[Finding] = [
        *clock_findings(
            files,
            [fork.instrument for fork in forks if fork.instrument is not None],
            [fork.drift for fork in forks if fork.drift is not None],
        ),
        skew_finding(measure_skews(cpu, sorted(allowed)[:_SKEWS])),
        *processor_findings(
            files, cpu=cpu, allowed=allowed, pinned=all(it.cpu is not None for it in forks)
        ),
        *machine_findings(files, steal=steal_share(before, _proc_stat(), cpu), stalls=stalls),
        *collector_findings(
            files,
            checked,
            _core.hardware_counters_problem(),
            tools | {"memray": _module("memray")},
        ),
    ]
    return Examination(
        latprobe_version=version("latprobe"),
        machine=describe_machine(),
        seconds=time.monotonic() - started,
        findings=tuple(findings),
        truth=tuple(truth_rows(chains)),
    )


def _run_chains(feed: ChainFeed, clock: ClockChoice, on_step: OnStep) -> ChainForks:
    """Figures take turns, so that a machine that drifts drifts under all of them."""
    latency: list[Fork] = []
    null: list[Fork] = []
    cost: dict[int, list[Fork]] = {products: [] for products in LENGTHS}
    started = time.monotonic()
    for turn in range(_ROUNDS):
        if turn >= _LEAST_ROUNDS and time.monotonic() - started > _ENOUGH_SECONDS:
            break  # a busy machine
        latency += [_fork("latency", "chain", feed, clock) for _ in range(_LATENCY_FORKS_A_ROUND)]
        null.append(_fork("cost", "null", feed, clock, LENGTHS[0]))
        for number, products in enumerate(LENGTHS):
            done = (turn + number / len(LENGTHS)) / _ROUNDS
            on_step(f"truth: chains of {products} products", 0.1 + 0.8 * done)
            cost[products].append(_fork("cost", "bare-chain", feed, clock, products))
    return ChainForks(latency, cost, null)


def _fork(
    collector: Collector,
    target: str,
    feed: ChainFeed,
    clock: ClockChoice,
    products: int | None = None,
) -> Fork:
    """Runs one fork as any run does: over all chains once and then again, or over one length."""
    reference = TargetReference("builtin", target)
    scenario = Scenario(name="doctor", feed="", target=reference, drive=Drive(clock=clock))
    replayed, messages = feed.whole, feed.messages
    measured = messages
    if products is not None:
        replayed, messages = feed.by_length[products], feed.messages_of(products)
        measured = max(messages, _COST_PRODUCTS // products)
    return run_collector(collector, scenario, replayed, Volume(messages, measured), lambda _: None)


def _cpu(fork: Fork, allowed: frozenset[int]) -> int:
    """The CPU that forks run on: where they are not pinned, the one that they would be."""
    return max(allowed) if fork.cpu is None else fork.cpu


def _watch_stalls(cpu: int) -> Stalls:
    """On the CPU that forks run on, which is idle now."""
    with _moved_to(cpu):
        return msgspec.json.decode(_core.watch_stalls(_STALL_SECONDS), type=Stalls)


@contextmanager
def _moved_to(cpu: int) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _proc_stat() -> str:
    return Path("/proc/stat").read_text(encoding="ascii")


def _module(name: str) -> str | None:
    spec = importlib.util.find_spec(name)
    return spec.origin if spec is not None else None
