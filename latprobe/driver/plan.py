"""Which forks a run needs, and in which order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from latprobe.driver.layout import draw_layout
from latprobe.run.layout import Layout
from latprobe.run.model import Collector, Condition
from latprobe.run.tail import SlowMessage
from latprobe.scenario import Drive, ns_of, rate_of

_WARMUP_MESSAGES = 20_000
_LEAST_MESSAGES = 100_000
_PLANNED_SECONDS = 10.0

TAIL_REPLAYS = 5
"""Forks that a slow message is run again in: odd, so that the median is one of them."""


@dataclass(frozen=True)
class Volume:
    """Messages of one pass: those before the first that counts, and those that count."""

    warmup: int
    measured: int


@dataclass(frozen=True)
class Step:
    """One fork to be run.

    Attributes:
        collector: What it watches.
        index: Counts the forks that watch the same, from 0.
        span: What a span pass times: the index of the first stage and of the last.
        sequences: What a tail pass looks at: messages by their numbers.
        condition: What a latency or tail pass makes sure of before each message.
        layout: Where its memory begins; None for where it happens to.
    """

    collector: Collector
    index: int
    span: tuple[int, int] | None = None
    sequences: tuple[int, ...] = ()
    condition: Condition = "warm"
    layout: Layout | None = None


@dataclass(frozen=True)
class Counting:
    """Events of the processor and the kernel that are counted, and in how many forks."""

    events: tuple[str, ...] = ()
    forks: int = 0


NOTHING: Final = Counting()


def volume_of(drive: Drive, feed_messages: int) -> Volume:
    """Fills in what the scenario left open, see `Drive`."""
    warmup = drive.warmup
    if warmup is None:
        warmup = min(_WARMUP_MESSAGES, feed_messages // 10)
    return Volume(warmup, drive.messages or _measured(drive, feed_messages - warmup))


def _measured(drive: Drive, rest_of_feed: int) -> int:
    """Messages that count where the scenario does not say how many."""
    match drive.mode:
        case "closed":
            return max(rest_of_feed, _LEAST_MESSAGES)
        case "recorded":
            return max(rest_of_feed, 1)
        case "rate" | "poisson":
            return max(1, round(_PLANNED_SECONDS * rate_of(drive)))
        case "burst":
            on_ns, off_ns = ns_of(drive.on), ns_of(drive.off)
            share = on_ns / (on_ns + off_ns)
            return max(1, round(_PLANNED_SECONDS * rate_of(drive) * share))


def conditions_of(drive: Drive) -> list[Condition]:
    """The conditions under which latency is measured."""
    conditions: list[Condition] = ["warm"]
    if drive.cache == "cold":
        conditions.append("cold")
    if drive.idle is not None:
        conditions.append("idle")
    return conditions


def plan(
    drive: Drive,
    spans: Sequence[tuple[int, int]],
    dice: random.Random,
    counting: Counting = NOTHING,
    *,
    is_python: bool = False,
    with_memory: bool = False,
) -> list[Step]:
    """The forks of a run.

    What the target understands comes first, since nothing else is worth measuring where it
    crashes. Collectors of what varies take turns, so that a machine that drifts drifts under all.
    In each turn their order is by chance, so that none always comes after the same other, and so is
    where each fork's memory begins. Allocations are counted once: they are exact. Of a target that
    `is_python`, the interpreter's own part is looked at once. Memory varies from fork to fork, but
    not as the machine drifts, so that its forks come last.
    """
    steps = [Step("digest", 0)]
    for index in range(drive.forks):
        turn = [Step("latency", index, condition=it) for it in conditions_of(drive)]
        turn += [Step("span", index, span) for span in spans]
        turn.append(Step("cost", index))
        if index < counting.forks:
            turn.append(Step("counters", index))
        dice.shuffle(turn)
        steps += [replace(step, layout=draw_layout(dice)) for step in turn]
    steps.append(Step("allocations", 0))
    if is_python:
        steps.append(Step("interpreter", 0))
    if with_memory:
        steps += [Step("memory", index) for index in range(drive.forks)]
    return steps


def plan_service(drive: Drive, *, is_called: bool) -> list[Step]:
    """The forks of a service: task switches are counted once, and in a fork of their own.

    What one understands that takes messages by call comes first, as for any target.
    """
    steps = [Step("digest", 0)] if is_called else []
    return [
        *steps,
        Step("switches", 0),
        *(Step("service", index) for index in range(drive.forks)),
    ]


def plan_audit(*, is_service: bool) -> list[Step]:
    """The forks of an audit: how much is allocated, and where. Each is exact, and one is enough.

    What a service allocates is of no one message: there are call sites alone.
    """
    sites = Step("callsites", 0)
    return [sites] if is_service else [Step("allocations", 0), sites]


def plan_tail(slow: Sequence[SlowMessage]) -> list[Step]:
    """The forks that run messages again, each under the condition that it was slow in.

    None where there are none.
    """
    sequences: dict[Condition, list[int]] = {}
    for it in slow:
        sequences.setdefault(it.condition, []).append(it.message.sequence)
    return [
        Step("tail", index, sequences=tuple(wanted), condition=condition)
        for index in range(TAIL_REPLAYS)
        for condition, wanted in sequences.items()
    ]
