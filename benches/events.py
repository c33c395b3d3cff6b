"""What collecting events of the processor costs: counted, and simulated."""

import time
from pathlib import Path
from statistics import quantiles
from typing import Final

from msgspec import Struct

from benches.figure import Figure, Rounds, unsupported
from benches.native import BenchError
from latprobe.driver.drive import Replayable, run_collector, simulate_scenario
from latprobe.driver.plan import Volume
from latprobe.driver.simulation.replays import NotSimulatedError
from latprobe.errors import LatprobeError
from latprobe.pipeline.events import simulation_of
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.run.counters import CounterPass
from latprobe.run.model import CostPass
from latprobe.scenario import Drive, Scenario, Simulate, SynthFeed, TargetReference
from latprobe.target import describe_target
from latprobe.units import format_ns

_LIBRARY: Final = Path("target/release/liblatprobe_reference.so")
_TARGET: Final = "engine-itch50-after"
_MESSAGES: Final = 100_000
_MOST_SECONDS: Final = 60.0
_ROUNDS: Final = 7
_MOST_ADDED_NS: Final = 10.0


class Events(Struct, frozen=True):
    """Both collectors.

    `added_ns` is what a message of the counters pass takes more than one of the cost pass, under a
    target that does nothing. `marks` says why stages cannot be counted here, null where they can.
    `slower` is how many times as long the simulated messages took as those of the cost pass, its
    start and all of its replays included.
    """

    added_ns: Rounds
    marks: str | None
    simulated_seconds: float | None
    slower: float | None
    not_simulated: str | None


def measure() -> Events:
    """Counts and costs in turns; simulates once, since it is the same each time."""
    try:
        feed = replayable(prepare_feed(SynthFeed("itch50"), lambda _: None))
        added, marks = _counting(feed)
        seconds, slower, problem = _simulating(feed)
    except LatprobeError as error:
        raise BenchError(str(error)) from error
    return Events(added, marks, seconds, slower, problem)


def figures(events: Events) -> list[Figure]:
    """A row for each collector, and one for the counters at marks."""
    added = events.added_ns
    rows = [
        Figure(
            "counters pass, per message",
            f"+{format_ns(added.median)} ({added.lower_quartile:.2f} – {added.upper_quartile:.2f})",
            f"≤ +{_MOST_ADDED_NS:g} ns",
            added.median <= _MOST_ADDED_NS,
        )
    ]
    if events.marks is not None:
        rows.append(unsupported("counters read at a mark", events.marks, ""))
    name = f"simulated pass of {_MESSAGES:,} messages"
    reach = f"< {_MOST_SECONDS:g} s"
    if events.simulated_seconds is None:
        return [*rows, unsupported(name, events.not_simulated or "", reach)]
    words = f"{events.simulated_seconds:.1f} s, {events.slower:,.0f} × the native pass"
    return [*rows, Figure(name, words, reach, events.simulated_seconds < _MOST_SECONDS)]


def _scenario(library: str, target: str) -> Scenario:
    return Scenario("events", "", TargetReference(library, target), drive=Drive())


def _counting(feed: Replayable) -> tuple[Rounds, str | None]:
    null, volume = _scenario("builtin", "null"), Volume(20_000, 1_000_000)
    added: list[float] = []
    marks = None
    for _ in range(_ROUNDS):
        cost = run_collector("cost", null, feed, volume, lambda _: None).result
        counters = run_collector(
            "counters", null, feed, volume, lambda _: None, events=("task-clock", "instructions")
        ).result
        if not isinstance(cost, CostPass) or not isinstance(counters, CounterPass):
            raise BenchError("a pass over the target that does nothing failed")
        each_ns = counters.events["task-clock"].value / counters.messages
        added.append(each_ns - cost.total_ns / cost.messages)
        marks = counters.stages_unsupported
    lower, median, upper = quantiles(added, n=4, method="inclusive")
    return Rounds(median, lower, upper), marks


def _simulating(feed: Replayable) -> tuple[float | None, float | None, str | None]:
    scenario = _scenario(str(_LIBRARY.resolve()), _TARGET)
    target = describe_target(_LIBRARY, _TARGET)
    simulation = simulation_of(Simulate(messages=_MESSAGES), target)
    volume = Volume(20_000, _MESSAGES)
    started = time.monotonic()
    try:
        simulate_scenario(scenario, feed, volume, simulation, lambda *_: None)
    except NotSimulatedError as error:
        return None, None, str(error)
    seconds = time.monotonic() - started
    cost = run_collector("cost", scenario, feed, volume, lambda _: None).result
    if not isinstance(cost, CostPass):
        raise BenchError(f"the cost pass of {_TARGET} failed")
    return seconds, seconds * 1e9 / cost.total_ns, None
