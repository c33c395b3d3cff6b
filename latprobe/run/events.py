"""Events of the processor and the kernel as figures: for one message, and what is derived."""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from statistics import fmean
from typing import Final

from latprobe.run.counters import Counted, EventSums
from latprobe.run.measured import REJECTED, TOTAL, Measured

RATIOS: Final[Mapping[str, tuple[str, str]]] = {
    "IPC": ("instructions", "cycles"),
    "branch-miss-rate": ("branch-misses", "branches"),
    "L1d-miss-rate": ("L1d-misses", "L1d-accesses"),
}
"""What is derived: of two events, how many of the first there are for one of the second."""


SIMULATED: Final = (
    "instructions",
    "branches",
    "branch-misses",
    "L1d-accesses",
    "L1d-misses",
    "L1i-misses",
    "LLC-misses",
)
"""The events that a simulation knows."""


def simulated_figures(measured: Measured, row: str, kind: str | None) -> dict[str, float] | None:
    """Simulated events of a row for one message, and what is derived; None where there are none."""
    sums = simulated_sums(measured, row, kind)
    if sums is None:
        return None
    each = {event: count / sums.messages for event, count in sums.events.items()}
    return {**each, **_derived(sums.events)}


def simulated_sums(measured: Measured, row: str, kind: str | None) -> EventSums | None:
    """Simulated events of a row, summed; None for what is no stage, and for what was never seen."""
    if measured.simulation is None or row not in (*measured.stages, TOTAL):
        return None
    seen = [
        it.total if row == TOTAL else it.stages[measured.stages.index(row)]
        for it in measured.simulation.kinds
        if kind is None or (REJECTED if it.kind is None else it.kind) == kind
    ]
    together: Counter[str] = Counter()
    for sums in seen:
        together.update(sums.events)
    messages = sum(it.messages for it in seen)
    return EventSums(messages, dict(together)) if messages else None


def counted_figures(measured: Measured, row: str, kind: str | None) -> dict[str, float] | None:
    """Counted events of a row for one message, as means over forks, and what is derived."""
    forks = counted_by_fork(measured, row, kind)
    events = dict.fromkeys(event for fork in forks for event in fork)
    if not events:
        return None
    means = {event: fmean(fork[event] for fork in forks if event in fork) for event in events}
    return {**means, **_derived(means)}


def counted_by_fork(measured: Measured, row: str, kind: str | None) -> list[dict[str, float]]:
    """For each fork, counted events of a row for one message. Kinds are not told apart."""
    if kind is not None:
        return []
    return [_each(events, messages) for events, messages in _counted(measured, row)]


def scaled_shares(measured: Measured, row: str) -> dict[str, float]:
    """The events of a row that shared their counters with others, and are estimates.

    With the least part of the time, in any fork, for which each had one.
    """
    shares: dict[str, float] = {}
    for events, _ in _counted(measured, row):
        for event, counted in events.items():
            if counted.share < 1:
                shares[event] = min(counted.share, shares.get(event, 1.0))
    return shares


def _counted(measured: Measured, row: str) -> Iterator[tuple[Mapping[str, Counted], int]]:
    """For each fork that has counted them, the events of a row, and of how many messages."""
    for result in measured.counters:
        if row == TOTAL:
            yield result.events, result.messages
        elif row in measured.stages and result.stages:
            stage = result.stages[measured.stages.index(row)]
            if stage is not None:
                yield stage.events, stage.messages


def ratio_of(name: str, events: Mapping[str, float | int]) -> Fraction | None:
    """A derived figure, exactly; None where one of its events is missing, or the second is 0."""
    above, below = RATIOS[name]
    if above not in events or not events.get(below):
        return None
    return Fraction(events[above]) / Fraction(events[below])


def _each(events: Mapping[str, Counted], messages: int) -> dict[str, float]:
    return {event: counted.value / messages for event, counted in events.items()}


def _derived(events: Mapping[str, float]) -> dict[str, float]:
    ratios = {name: ratio_of(name, events) for name in RATIOS}
    return {name: float(ratio) for name, ratio in ratios.items() if ratio is not None}
