"""What was measured of one stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from latprobe.api.latency import Latency, latency_of
from latprobe.errors import RunError
from latprobe.run.model import Figure, RunDocument


@dataclass(frozen=True)
class Stage:
    """The figures of a stage, a span of stages, or of the whole message (`total`).

    What was not measured is None. Amounts are of one message, on average.

    Attributes:
        name: As the target calls it.
        kind: The message kind; None is all of them.
        messages: How many came through it.
        latency: From when messages were handed over, with warm caches.
        response: From when they were due, where they were handed over by a plan.
        cold: With cold caches.
        idle: After a quiet spell.
        cost_ns: Amortised time of a message.
        throughput_per_s: Messages a second on one core; of whole messages alone.
        allocations: Allocations.
        bytes: Bytes asked for.
        max_allocations: The most allocations in any one message.
        max_bytes: The most bytes in any one message.
        counters: Events of the processor and the kernel, by name.
        simulated: The same by callgrind's simulation.
    """

    name: str
    kind: str | None
    messages: int
    latency: Latency | None
    response: Latency | None = None
    cold: Latency | None = None
    idle: Latency | None = None
    cost_ns: float | None = None
    throughput_per_s: float | None = None
    allocations: float | None = None
    bytes: float | None = None
    max_allocations: int | None = None
    max_bytes: int | None = None
    counters: Mapping[str, float] = field(default_factory=dict)
    simulated: Mapping[str, float] = field(default_factory=dict)


def stage_of(run: RunDocument, name: str, kind: str | None) -> Stage:
    """The figures of one row of a run.

    Raises:
        RunError: where the run has no such row, with those that it has.
    """
    figures = [it for it in run.figures if (it.stage, it.kind) == (name, kind)]
    if not figures:
        known = [it.stage for it in run.figures] if kind is None else _kinds(run, name)
        what = f"stage '{name}'" if kind is None or not known else f"kind '{kind}' in '{name}'"
        have = ", ".join(dict.fromkeys(known or [it.stage for it in run.figures]))
        raise RunError(f"{run.id} has no {what}: it has {have or 'no figure at all'}")
    usual = _with(figures, "service", "warm")
    figure = usual or figures[0]
    return Stage(
        name=name,
        kind=kind,
        messages=figure.messages,
        latency=latency_of(usual),
        response=latency_of(_with(figures, "response", "warm")),
        cold=latency_of(_with(figures, "service", "cold")),
        idle=latency_of(_with(figures, "service", "idle")),
        cost_ns=figure.cost_ns,
        throughput_per_s=figure.throughput_per_s,
        allocations=figure.allocations,
        bytes=figure.bytes,
        max_allocations=figure.max_allocations,
        max_bytes=figure.max_bytes,
        counters=dict(figure.counters or {}),
        simulated=dict(figure.simulated or {}),
    )


def _with(figures: Sequence[Figure], time: str, condition: str) -> Figure | None:
    return next((it for it in figures if (it.time, it.condition) == (time, condition)), None)


def _kinds(run: RunDocument, name: str) -> list[str]:
    return [it.kind for it in run.figures if it.stage == name and it.kind is not None]
