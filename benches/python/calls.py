"""What latprobe adds to a call of an empty Python callable."""

import json
import time
from collections.abc import Callable
from mmap import mmap
from statistics import quantiles
from typing import Final

from msgspec import Struct

from benches.figure import Figure, Rounds, unsupported
from benches.native import BenchError
from benches.python.bare_loop import Loops, loops_in_c
from benches.python.peers import pyperf_ns, pytest_benchmark_ns, timeit_ns
from benches.python.subject import nothing
from latprobe import _core
from latprobe.callables.resolve import Made
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.scenario import SynthFeed
from latprobe.units import format_ns

_ROUNDS: Final = 9
_CALLS: Final = 500_000
_MOST_ADDED_NS: Final = 40.0


class Calls(Struct, frozen=True):
    """Nanoseconds of a call, each over alternating rounds.

    `bare` is the loop in C, and `timed` the same with the clock read before and after each call.
    `cost` and `reported` are what a run says of the callable, the latter
    the median of the latency pass; `latency` is what a message more takes that pass, its two
    timestamps and the histograms included; `native` is the same of a native target that does
    nothing. The `_added` are what is left of each when `bare` is taken off, round by round, and
    `driver_added` what is left of `latency` when `timed` is.
    """

    bare: Rounds
    timed: Rounds
    cost: Rounds
    reported: Rounds
    latency: Rounds
    native: Rounds
    cost_added: Rounds
    reported_added: Rounds
    driver_added: Rounds
    clock_added: Rounds
    latency_added: Rounds
    timeit: Rounds
    pyperf: float | None
    pytest_benchmark: float | None


def measure() -> Calls:
    """Takes turns between all that run in this process; the others follow.

    Raises:
        BenchError: where the bare loop cannot be built.
    """
    feed = replayable(prepare_feed(SynthFeed("itch50"), lambda _: None))
    mapped = _core.Feed(feed.path, list(feed.batches))
    called, instrument = _called(mapped), _core.Instrument()
    native = _core.Replay("builtin", "null", "{}", mapped, mmap(-1, 8))
    with loops_in_c() as loops:
        rounds = [_round(loops, called, native, instrument) for _ in range(_ROUNDS)]
    return Calls(
        bare=_rounds([it.bare for it in rounds]),
        timed=_rounds([it.timed for it in rounds]),
        cost=_rounds([it.cost for it in rounds]),
        reported=_rounds([it.reported for it in rounds]),
        latency=_rounds([it.latency for it in rounds]),
        native=_rounds([it.native for it in rounds]),
        cost_added=_rounds([it.cost - it.bare for it in rounds]),
        reported_added=_rounds([it.reported - it.bare for it in rounds]),
        driver_added=_rounds([it.latency - it.timed for it in rounds]),
        clock_added=_rounds([it.timed - it.bare for it in rounds]),
        latency_added=_rounds([it.latency - it.bare for it in rounds]),
        timeit=_rounds([it.timeit for it in rounds]),
        pyperf=_of_peer(pyperf_ns),
        pytest_benchmark=_of_peer(pytest_benchmark_ns),
    )


def figures(calls: Calls) -> list[Figure]:
    """A row for latprobe and one for each peer."""
    name = "call of an empty Python callable"
    added = {
        "cost over the bare vectorcall loop": calls.cost_added,
        "median latency, as reported, over the bare loop": calls.reported_added,
        "the driver in a latency pass, histograms included: a whole pass over the bare loop with "
        "the same two timestamps, per call": calls.driver_added,
        "the same with what the two timestamps take: a whole pass over the bare loop, per call": (
            calls.latency_added
        ),
    }
    rows = [
        Figure(
            what,
            f"+{_spread(found)}",
            f"≤ +{_MOST_ADDED_NS:g} ns",
            found.median <= _MOST_ADDED_NS,
        )
        for what, found in added.items()
    ]
    rows += [
        Figure(
            "the two timestamps by themselves: a bare loop with them over one without, per call",
            f"+{_spread(calls.clock_added)}",
            "",
            None,
        ),
        Figure(
            "a latency pass of a native target that does nothing", _spread(calls.native), "", None
        ),
        Figure(f"{name}: the bare vectorcall loop", _spread(calls.bare), "", None),
        Figure(f"{name}: the same with two timestamps", _spread(calls.timed), "", None),
        Figure(f"{name}: latprobe, cost", _spread(calls.cost), "", None),
        Figure(f"{name}: latprobe, median latency", _spread(calls.reported), "", None),
        Figure(f"{name}: timeit", _spread(calls.timeit), "", None),
    ]
    peers = {"pyperf": calls.pyperf, "pytest-benchmark": calls.pytest_benchmark}
    for peer, found in peers.items():
        row = f"{name}: {peer}"
        rows.append(
            unsupported(row, f"{peer} is not installed, or failed", "")
            if found is None
            else Figure(row, format_ns(found), "", None)
        )
    return rows


class _Round(Struct, frozen=True):
    bare: float
    timed: float
    cost: float
    reported: float
    latency: float
    native: float
    timeit: float


def _round(
    loops: Loops, called: _core.Replay, native: _core.Replay, instrument: _core.Instrument
) -> _Round:
    """Costs are those of the chunk in the middle, which no other task has cut into."""
    cost = json.loads(called.cost(instrument, 0, _CALLS))
    latency = json.loads(called.latency(instrument, 0, _CALLS))
    (kind,) = latency["kinds"]
    histogram = _core.Histogram.decode(kind["total"]["histogram"])
    return _Round(
        bare=loops.bare(nothing, memoryview(bytes(200)), _CALLS),
        timed=loops.timed(nothing, memoryview(bytes(200)), _CALLS),
        cost=cost["median_chunk_ns"],
        reported=float(histogram.value_at_rank(histogram.count // 2)),
        latency=_per_message(called, instrument),
        native=_per_message(native, instrument),
        timeit=timeit_ns(_CALLS),
    )


def _per_message(replay: _core.Replay, instrument: _core.Instrument) -> float:
    """What one message more takes in a latency pass, of this thread on its processor."""
    times = []
    for messages in (_CALLS, 2 * _CALLS):
        start = time.thread_time_ns()
        replay.latency(instrument, 0, messages)
        times.append(time.thread_time_ns() - start)
    return (times[1] - times[0]) / _CALLS


def _called(feed: _core.Feed) -> _core.Replay:
    description = dict.fromkeys(("name", "family", "description", "protocol"), "nothing")
    lists: dict[str, list[str]] = {"stages": [], "kinds": [], "errors": [], "hops": []}
    return _core.Replay.of_callables(
        json.dumps({**description, **lists}),
        lambda: Made([nothing], None, None, None),
        False,
        False,
        feed,
        mmap(-1, 8),
    )


def _of_peer(measured: Callable[[], float]) -> float | None:
    try:
        return measured()
    except BenchError:
        return None


def _rounds(values: list[float]) -> Rounds:
    lower, median, upper = quantiles(values, n=4, method="inclusive")
    return Rounds(median, lower, upper)


def _spread(rounds: Rounds) -> str:
    quartiles = f"{format_ns(rounds.lower_quartile)} – {format_ns(rounds.upper_quartile)}"
    return f"{format_ns(rounds.median)} ({quartiles})"
