"""The figures that a budget can be set on."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import Final, Literal

from latprobe.comparator.dimension import Dimension
from latprobe.comparator.misreading import misread
from latprobe.comparator.wording import listed
from latprobe.misreading import did_you_mean
from latprobe.run.events import RATIOS, SIMULATED


class Measure(Enum):
    """How a figure is got from what was measured."""

    QUANTILE = "quantile"
    MEAN = "mean"
    SMALLEST = "min"
    LARGEST = "max"
    COST = "cost"
    THROUGHPUT = "throughput"
    AMOUNT = "amount"
    """An amount for each message, over all of them."""
    MOST = "most"
    """The amount for the one message that had the most."""
    EVENT = "event"
    """Events of the processor for each message, counted or simulated."""
    RATIO = "ratio"
    """One event for another."""
    MEMORY_MOST = "most memory"
    """The most memory that was seen over time."""
    MEMORY_GROWTH = "growth of memory"
    """By how much it was more at the end than at the beginning."""
    MEMORY_SLOPE = "slope of memory"
    """By how much it grows in a message, or in an hour of a soak."""
    FAULTS = "faults"
    """Page faults over all messages that count."""
    ERRORS = "errors"
    PAIRING = "pairing"
    """What became of the messages of two recordings."""
    SUPERSEDED = "superseded"
    DROPPED = "dropped"
    DRIFT = "drift"
    """The part an hour that a figure of latency changes by, in a soak."""


_DRIFT: Final = "latency drift"
"""That of the whole message's median."""

Timing = Literal["service", "response", "cold", "idle"]
"""Which times a figure of latency is of: from the hand-over, as usual; from when the message was
due; and from the hand-over with cold caches, or after a quiet spell."""

TIMINGS: Final[Mapping[str, Timing]] = {"response": "response", "cold": "cold", "idle": "idle"}
"""The words that a budget puts before a figure of latency that is of other times than usual."""


@dataclass(frozen=True)
class Figure:
    """A figure that latprobe measures.

    Attributes:
        name: As budgets and tables write it.
        measure: How it is got.
        dimensions: What it can be held against, the usual one first.
        quantile: For a quantile, the share of the samples that is at or under it.
        counted: For amounts, and for messages of recordings, what is counted: `allocations`,
            `unmatched`.
        timing: For latency, which times it is of.
        is_soaked_as_a_whole: Whether it is of whole messages alone, as counts of a soak are.
    """

    name: str
    measure: Measure
    dimensions: tuple[Dimension, ...]
    quantile: Fraction | None = None
    counted: str | None = None
    timing: Timing = "service"
    is_soaked_as_a_whole: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether it is counted, and not timed."""
        extreme = self.measure in (Measure.SMALLEST, Measure.LARGEST)
        if extreme and Dimension.COUNT in self.dimensions:
            return True
        if self.is_of_memory:
            return self.measure is not Measure.MEMORY_SLOPE
        return self.measure in (Measure.AMOUNT, Measure.MOST) or self.is_of_all_messages

    @property
    def is_run_wide(self) -> bool:
        """Whether it is the whole message's where a budget names no stage."""
        run_wide = self.measure is Measure.THROUGHPUT or self.name == _DRIFT
        return run_wide or self.is_of_all_messages or self.is_of_memory

    @property
    def is_trend(self) -> bool:
        """Whether it is a trend in time, which only a soak has."""
        return self.measure is Measure.DRIFT or self.dimensions == (Dimension.HOURLY_GROWTH,)

    @property
    def is_of_all_messages(self) -> bool:
        """Whether it is counted for whole messages of every kind together."""
        return self.measure in (
            Measure.ERRORS,
            Measure.PAIRING,
            Measure.SUPERSEDED,
            Measure.DROPPED,
        )

    @property
    def is_of_memory(self) -> bool:
        """Whether it is made of what was seen of the whole process over time."""
        return self.measure in (
            Measure.MEMORY_MOST,
            Measure.MEMORY_GROWTH,
            Measure.MEMORY_SLOPE,
            Measure.FAULTS,
        )

    @property
    def is_of_events(self) -> bool:
        """Whether it is made of events of the processor or the kernel."""
        return self.measure in (Measure.EVENT, Measure.RATIO)

    @property
    def is_latency(self) -> bool:
        """Whether it is made of the times of single messages."""
        latency = (Measure.QUANTILE, Measure.MEAN, Measure.SMALLEST, Measure.LARGEST)
        return self.measure in latency


def _figures() -> Iterable[Figure]:
    time = (Dimension.TIME,)
    yield Figure("mean", Measure.MEAN, time)
    yield Figure("median", Measure.QUANTILE, time, quantile=Fraction(1, 2))
    yield Figure("min", Measure.SMALLEST, time)
    yield Figure("max", Measure.LARGEST, time)
    yield Figure("cost", Measure.COST, time)
    yield Figure("throughput", Measure.THROUGHPUT, (Dimension.RATE,))
    for counted in ("allocations", "frees", "reallocations", "bytes"):
        of = (Dimension.SIZE,) if counted == "bytes" else (Dimension.COUNT,)
        yield Figure(counted, Measure.AMOUNT, of, counted=counted)
        yield Figure(f"max {counted}", Measure.MOST, of, counted=counted)
    shares = (Dimension.SHARE, Dimension.COUNT)
    yield Figure("errors", Measure.ERRORS, shares)
    yield Figure("superseded", Measure.SUPERSEDED, shares)
    yield Figure("dropped", Measure.DROPPED, shares)
    for series in ("rss", "heap"):
        size = (Dimension.SIZE,)
        yield Figure(f"max {series}", Measure.MEMORY_MOST, size, counted=series)
        yield Figure(f"{series} growth", Measure.MEMORY_GROWTH, size, counted=series)
        slope = (Dimension.GROWTH,)
        yield Figure(f"{series} slope", Measure.MEMORY_SLOPE, slope, counted=series)
    for series in ("minor faults", "major faults"):
        yield Figure(series, Measure.FAULTS, (Dimension.COUNT,), counted=series)
    for event in EVENTS:
        yield Figure(event, Measure.EVENT, (Dimension.COUNT,), counted=event)
    yield Figure("task-clock", Measure.EVENT, time, counted="task-clock")
    yield Figure("IPC", Measure.RATIO, (Dimension.COUNT,), counted="IPC")
    for rate in ("branch-miss-rate", "L1d-miss-rate"):
        yield Figure(rate, Measure.RATIO, (Dimension.SHARE,), counted=rate)
    drift = (Dimension.DRIFT,)
    yield Figure(_DRIFT, Measure.DRIFT, drift, quantile=Fraction(1, 2))
    yield Figure("mean drift", Measure.DRIFT, drift)
    for counted in ("unmatched", "unanswered", "uncaused", "early", "ambiguous"):
        yield Figure(counted, Measure.PAIRING, shares, counted=counted)


EVENTS: Final = (
    *SIMULATED,
    "cycles",
    "dTLB-misses",
    "page-faults",
    "context-switches",
    "cpu-migrations",
)
"""Events that budgets name; a raw one is named by its code, such as `r01c2`."""

FIGURES: Final = {figure.name: figure for figure in _figures()}
"""Every figure but the percentiles, by name."""


def needs_events_of_the_processor(figure: Figure) -> bool:
    """Whether it is made of events alone that a simulation knows as well."""
    return figure.is_of_events and all(it in SIMULATED for it in events_needed(figure))


def events_needed(figure: Figure) -> tuple[str, ...]:
    """The events that a figure of events is made of."""
    if figure.counted is None or not figure.is_of_events:
        return ()
    return RATIOS[figure.counted] if figure.measure is Measure.RATIO else (figure.counted,)


_COMMON: Final = ("p50", "p90", "p99", "p99.9", "p99.99")


def find_figure(name: str, text: str, position: int) -> Figure:
    """The figure that a budget names, such as `p99.9` or `response p99.9`.

    Args:
        name: The figure's words, one space apart.
        text: The budget.
        position: Where in it the figure starts.

    Raises:
        BudgetError: if there is no such figure.
    """
    first, _, rest = name.partition(" ")
    if first not in TIMINGS:
        return _usual_figure(name, text, position)
    # Of the words only the first stands at a known place: there may be more than a space between.
    if not rest:
        problem = f"`{first}` of which figure? Write one of latency behind it: `{first} p99`"
        raise misread(text, position, problem)
    figure = _usual_figure(rest, text, position)
    if not figure.is_latency and figure.measure is not Measure.DRIFT:
        problem = f"`{rest}` has no `{first}`: only figures of latency have, such as `{first} p99`"
        raise misread(text, position, problem)
    return replace(figure, name=name, timing=TIMINGS[first])


def _usual_figure(name: str, text: str, position: int) -> Figure:
    if name in FIGURES:
        return FIGURES[name]
    if re.fullmatch(r"r[0-9a-f]{1,16}", name):
        return Figure(name, Measure.EVENT, (Dimension.COUNT,), counted=name)
    of, _, last = name.rpartition(" ")
    if last == "drift" and (figure := _usual_figure(of, text, position)).quantile is not None:
        return replace(figure, name=name, measure=Measure.DRIFT, dimensions=(Dimension.DRIFT,))
    percentile = re.fullmatch(r"p([0-9]{1,9}(?:\.[0-9]{1,9})?)", name)
    if percentile is None:
        known = listed(["percentiles such as p99.9", *FIGURES], "or")
        near = did_you_mean(name, [*FIGURES, *_COMMON, *(f"{it} p99" for it in TIMINGS)])
        raise misread(text, position, f"unknown figure `{name}`{near or f': expected {known}'}")
    quantile = Fraction(percentile[1]) / 100
    if not 0 < quantile < 1:
        raise misread(text, position, _no_percentile(percentile[1]))
    return Figure(name, Measure.QUANTILE, (Dimension.TIME,), quantile=quantile)


def _no_percentile(number: str) -> str:
    problem = f"a percentile lies between p0 and p100, found `p{number}`"
    if float(number) in (0, 100):
        return f"{problem}; did you mean `{'max' if float(number) else 'min'}`?"
    if re.fullmatch(r"[1-9][0-9]{2,}", number):
        return f"{problem}; did you mean `p{number[:2]}.{number[2:]}`?"
    return problem
