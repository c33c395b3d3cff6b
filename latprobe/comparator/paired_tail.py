"""Tails of two sides whose forks ran in pairs: how many messages are beyond a time."""

import statistics
from typing import Final

from latprobe.comparator.change_words import percent, timed_words
from latprobe.comparator.classify import status_of
from latprobe.run.change import TAIL, Change
from latprobe.run.measured import TOTAL, Measured, merged
from latprobe.run.observation import Observation
from latprobe.stats.tail_shares import TailShares, tail_shares
from latprobe.units import format_ns

_ADVICE: Final = "more time (`--seconds`) would, or a CPU that nothing else uses"

Row = tuple[str, str | None]
"""A row of the run's table, and a message kind or None for all."""


def paired_tails(before: Measured, after: Measured) -> dict[Row, TailShares]:
    """The tails of every row, and of every kind of whole messages.

    Args:
        before: The first side; its forks are in the order of the pairs.
        after: The second.
    """
    kinds = after.kinds if len(after.kinds) > 1 else ()
    rows: list[Row] = [*((it, None) for it in after.rows), *((TOTAL, it) for it in kinds)]
    found = {row: _tail(before, after, row) for row in rows}
    return {row: it for row, it in found.items() if it is not None}


def tail_observations(tail: TailShares, row: Row, share: float) -> tuple[Observation, Observation]:
    """Both sides' typical share of messages beyond the time, as what is compared.

    Args:
        tail: The shares, pair by pair.
        row: What they are of.
        share: The part of all time that is spent there.
    """
    stage, kind = row
    one, other = (
        Observation(stage, kind, TAIL, "share", statistics.median(it), forks=tuple(it), share=share)
        for it in (tail.before, tail.after)
    )
    return one, other


def tail_change(
    tail: TailShares, sides: tuple[Observation, Observation], level: float, tolerance: float
) -> Change | None:
    """What became of a tail; None where there are too few pairs to say anything of it."""
    before, after = sides
    interval = tail.interval(level)
    if interval is None or before.value is None or after.value is None:
        return None
    ends = (interval.low, interval.high)
    status = status_of(TAIL, ends, tolerance)
    ratio = tail.ratio
    about = (after.stage, after.kind, TAIL, after.unit)
    advice = _ADVICE if status == "unproven" else ""
    words = timed_words(status, TAIL, after.unit, ratio or ends[1], ends, tolerance, advice)
    if ratio is None and status == "worse":
        words = "more: there was none in most forks"
    return Change(
        *about,
        status,
        f"messages over {format_ns(tail.over_ns)}: {words}",
        before.value,
        after.value,
        ratio,
        ends,
        tolerance=tolerance,
        reason=f"more than {percent(tolerance)} could be hidden" if advice else "",
        advice=advice,
    )


def _tail(before: Measured, after: Measured, row: Row) -> TailShares | None:
    forks = [it.times(*row) for it in (before, after)]
    # A kind that some fork has not seen has no pair for each.
    if len({len(it) for it in (*forks, before.latencies, after.latencies)}) > 1:
        return None
    pooled = merged([*forks[0], *forks[1]]).histogram
    one, other = ([it.histogram for it in side] for side in forks)
    return tail_shares(pooled, one, other)
