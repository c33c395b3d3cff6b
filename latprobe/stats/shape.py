"""Which part of a distribution has moved: all of it, a group of samples, or the tail alone."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from latprobe.stats.excess import Excess, excess
from latprobe.stats.modes import Mode, new_mode
from latprobe.stats.profile import Point, Times, profile

Part = Literal["nothing", "shift", "mode", "tail", "upper part"]
"""What has moved.

- `shift`: most of the body, from the first tenth to the last;
- `mode`: samples gather where few or none did, and they are at least one in a hundred;
- `tail`: what is beyond some quantile, which is p99 or further out;
- `upper part`: the same from before p99 on.
"""

_BODY: Final = 0.095
"""Quantiles that have more beyond them than this are of the body."""

_MOST: Final = 0.7
"""The part of the body that has to move to be called all of it."""

_TAIL: Final = 0.01
_FEWEST: Final = 4
"""Fewer quantiles than that may have moved by chance: they hang on the same few samples."""

_LONGER: Final = 3.0
"""How many times as much as the body the tail has to move to be named beside it."""


@dataclass(frozen=True)
class Shape:
    """What has moved of a distribution.

    Attributes:
        part: What has.
        points: The quantiles that say so, in order.
        body: The quantiles of the body.
        mode: Where samples gather, for a `mode`, or for a tail that lies together.
        tail: For a `shift`, the quantiles from which on the tail moved by more than the body.
        excess: For a `tail` that no run of quantiles shows, since what is further out covers it:
            how many more samples are beyond a time; `points` is then empty.
    """

    part: Part
    points: tuple[Point, ...] = ()
    body: tuple[Point, ...] = ()
    mode: Mode | None = None
    tail: tuple[Point, ...] = ()
    excess: Excess | None = None


def shape_of(before: Times, after: Times, step_ns: float) -> Shape:
    """Holds two distributions against each other.

    Args:
        before: The first side.
        after: The second.
        step_ns: The instrument's step, in nanoseconds.
    """
    points = profile(before, after, step_ns)
    body = tuple(it for it in points if it.beyond > _BODY)
    if not body:
        return Shape("nothing")
    sign = 1 if sum(it.moved for it in points) >= 0 else -1
    shifted = tuple(it for it in body if it.moved == sign)
    if len(shifted) >= _MOST * len(body):
        return Shape("shift", shifted, body, tail=_longer_tail(points, shifted, sign))
    moved = _largest_run(points, sign)
    more = excess(before, after, max(1, body[-1].before_ns, body[-1].after_ns))
    if more is not None and more.share <= _TAIL and (not moved or more.share > moved[0].beyond):
        return Shape("tail", body=body, excess=more)
    if not moved:
        return Shape("nothing", body=body)
    mode = new_mode(before.merged, after.merged, step_ns) if sign > 0 else None
    if mode is not None and mode.after_share >= _TAIL:
        return Shape("mode", moved, body, mode)
    # The grid has a point at 1 %, so that p99 itself begins a tail.
    part: Part = "tail" if moved[0].beyond <= _TAIL * (1 + 1e-6) else "upper part"
    return Shape(part, moved, body, mode)


def _largest_run(points: Sequence[Point], sign: int) -> tuple[Point, ...]:
    """Of the runs of moved quantiles that follow each other, the one that moved by the most.

    A run ends where noise covers what is further out: where one message in sixty is stalled by the
    platform, one in 500 that is later shows between those and the body. A single undecided point is
    no gap.
    """
    runs: list[list[Point]] = [[]]
    undecided = 0
    for it in points:
        undecided = 0 if it.moved == sign else undecided + 1
        if it.moved == sign:
            runs[-1].append(it)
        elif undecided > 1 and runs[-1]:
            runs.append([])
    long_enough = [run for run in runs if len(run) >= _FEWEST]
    return tuple(max(long_enough, key=lambda run: sum(map(_log, run)), default=()))


def _longer_tail(points: Sequence[Point], shifted: Sequence[Point], sign: int) -> tuple[Point, ...]:
    """Where the tail moved by more than the body: by the ratio, and by the time."""
    by = statistics.median(abs(it.difference_ns) for it in shifted)
    times = statistics.median(_log(it) for it in shifted)
    longer = [
        it if it.moved == sign and _is_longer(it, by, times) else _unmoved(it) for it in points
    ]
    found = _largest_run(longer, sign)
    return tuple(it for it in found if it.beyond <= _BODY)


def _is_longer(it: Point, by_ns: float, log_ratio: float) -> bool:
    return abs(it.difference_ns) > _LONGER * by_ns and _log(it) > 2 * log_ratio


def _unmoved(it: Point) -> Point:
    return Point(it.beyond, it.before_ns, it.after_ns, 0)


def _log(it: Point) -> float:
    return abs(math.log(max(it.after_ns, 1) / max(it.before_ns, 1)))
