"""Which part of a scope's distribution has moved, in a sentence."""

import statistics
from typing import Final

from latprobe.run.change import Finding
from latprobe.run.measured import Measured, merged
from latprobe.stats.excess import Excess
from latprobe.stats.profile import Point
from latprobe.stats.profile import Times as Sampled
from latprobe.stats.shape import Shape, shape_of
from latprobe.units import format_ns, format_share

_MEDIAN: Final = 0.5
_P90: Final = 0.1
_NEXT_POINTS: Final = 1.5
"""The quantiles that are looked at lie an eighth apart, of which some may be undecided."""


def shape_finding(
    before: Measured, after: Measured, stage: str, kind: str | None, step_ns: float
) -> Finding | None:
    """What has moved of the times of a scope; None where nothing has that could be told.

    Args:
        before: The first run.
        after: The second.
        stage: A row of both.
        kind: A message kind, or None for all.
        step_ns: The clock's step.
    """
    sides = []
    for measured in (before, after):
        forks = measured.times(stage, kind)
        sides.append(Sampled(merged(forks).histogram, [it.histogram for it in forks]))
    shape = shape_of(sides[0], sides[1], step_ns)
    where = stage if kind is None else f"{stage}[{kind}]"
    match shape.part:
        case "shift":
            return Finding(f"{where}: {_shift(shape)}", stage, kind, "shift")
        case "mode":
            return Finding(f"{where}: {_mode(shape)}", stage, kind, "mode")
        case "tail" | "upper part":
            return Finding(f"{where}: {_tail(shape)}", stage, kind, "tail")
    return None


def _shift(shape: Shape) -> str:
    middle = min(shape.body, key=lambda it: abs(it.beyond - _MEDIAN))
    by = sorted(abs(it.difference_ns) for it in shape.points)
    word = _word(shape.points)
    words = (
        f"the whole distribution moved: the median is {_moved(middle)}, and p10 to p90 are {word} "
        f"by {format_ns(by[0])} to {format_ns(by[-1])}"
    )
    if shape.tail:
        first = shape.tail[0]
        most = statistics.median(abs(it.difference_ns) for it in shape.tail)
        words += (
            f"; the tail moved by more: from {_named(first)} on, {_one_in(first.beyond)}, by some "
            f"{format_ns(most)}"
        )
    return words


def _mode(shape: Shape) -> str:
    assert shape.mode is not None
    share, was = (format_share(it) for it in (shape.mode.after_share, shape.mode.before_share))
    return (
        f"a new mode: {share} of the messages take about {format_ns(shape.mode.value_ns)}, where "
        f"{was} did; {_still(shape)}"
    )


def _excess(more: Excess, shape: Shape) -> str:
    shares = [format_share(it) for it in (more.after_share, more.before_share)]
    word = "more" if more.after_share > more.before_share else "fewer"
    return (
        f"the tail alone moved: {shares[0]} of the messages take over {format_ns(more.over_ns)}, "
        f"where {shares[1]} did: {_one_in(more.share)} {word}; {_still(shape)}"
    )


def _tail(shape: Shape) -> str:
    if shape.excess is not None:
        return _excess(shape.excess, shape)
    first = shape.points[0]
    share = _share(shape)
    by = statistics.median(abs(it.difference_ns) for it in shape.points)
    what = "the tail alone moved" if shape.part == "tail" else "the upper part alone moved"
    words = (
        f"{what}: from {_percentile(share)} on, {_one_in(share)}, {_word(shape.points)} by some "
        f"{format_ns(by)} ({_named(first)} is {_moved(first)})"
    )
    if shape.mode is not None:
        words += f", together at about {format_ns(shape.mode.value_ns)}"
    return f"{words}; {_still(shape)}"


def _share(shape: Shape) -> float:
    """The share of messages that moved: of those that lie together, as many as came there.

    Otherwise, or where those are but a part, what is beyond the first quantile that moved.
    """
    beyond = shape.points[0].beyond
    if shape.mode is None:
        return beyond
    came = shape.mode.after_share - shape.mode.before_share
    return came if beyond <= came <= _NEXT_POINTS * beyond else beyond


def _still(shape: Shape) -> str:
    """What did not move, which is what tells a tail or a mode from a shift."""
    still = [it for it in shape.body if not it.moved]
    if not still:
        return "the rest moved as well"
    return f"up to {_named(still[-1])} nothing moved that could be told"


def _moved(point: Point) -> str:
    return f"{format_ns(point.after_ns)} where it was {format_ns(point.before_ns)}"


def _word(points: tuple[Point, ...]) -> str:
    return "slower" if points[0].moved > 0 else "faster"


def _named(point: Point) -> str:
    """The percentile's name: `p99.8`."""
    return _percentile(point.beyond)


def _percentile(beyond: float) -> str:
    return f"p{100 * (1 - float(f'{beyond:.2g}')):.7g}"


def _one_in(beyond: float) -> str:
    """How many messages that is: `1 message in 500`, or a share where that is a large one."""
    if beyond > _P90:
        return f"{format_share(beyond)} of the messages"
    return f"1 message in {float(f'{1 / beyond:.2g}'):,.0f}"
