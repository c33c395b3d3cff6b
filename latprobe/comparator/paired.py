"""Two sides whose forks were run in pairs, held against each other.

Each pair says one number of each figure: the logarithm of its ratio. The interval of these is that
of signed ranks (`stats/signed_rank.py`), at a level that all figures share and of which each look
at the growing sample uses a part (`stats/sequential.py`). So all intervals of all looks hold the
truth together as often as the confidence says.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from latprobe.comparator.change_words import percent
from latprobe.comparator.classify import (
    NO_TOLERANCE,
    TOLERANCE,
    change_of_counts,
    timed_change,
    unproven_change,
)
from latprobe.comparator.compare import one_sided_changes, problem_of
from latprobe.comparator.importance import importance_of
from latprobe.comparator.key_figures import key_figures, limits_on
from latprobe.comparator.paired_tail import Row, tail_change, tail_observations
from latprobe.run.change import TAIL, Change
from latprobe.run.measured import TOTAL
from latprobe.run.observation import Key, Observation, Observed
from latprobe.stats import Interval, log_ratios
from latprobe.stats.signed_rank import centre, fewest_pairs, signed_rank_interval
from latprobe.stats.tail_shares import TailShares

FAMILY_LEVEL: Final = 0.05
"""The chance of any false alarm, among all figures and at all looks."""

_PRIMARY_SHARE: Final = 0.8
"""The part of it that primary figures share; all others share the rest."""

_PRIMARY: Final = ("cost", "p50", "p99", "p99.9", TAIL)
"""Of whole messages, besides those that a gate hangs on."""

_MIRRORED: Final = "throughput"
"""Is 10⁹ over cost, so that it is the same test."""

_MOST_ADVISED: Final = 20
"""So many times the pairs that there are is no advice."""

_COST: Final = (TOTAL, None, "cost")


@dataclass(frozen=True)
class PairedFigure:
    """A figure that was observed on both sides.

    Attributes:
        before: On the first side.
        after: On the second.
        differences: The logarithm of after for one of before, for each pair; empty where there is
            none to be had.
        weight: The part of the family's level that is its own.
        key: Whether the exit code asks for it.
        primary: Whether it is worth the budget to decide it.
        tail: Of a tail the shares of each pair, in the place of the differences.
    """

    before: Observation
    after: Observation
    differences: tuple[float, ...]
    weight: float
    key: bool
    primary: bool
    tail: TailShares | None = None

    @property
    def is_tested(self) -> bool:
        """Whether there is anything to test."""
        return bool(self.differences) or self.tail is not None

    @property
    def slack(self) -> float:
        """By how much the clock's steps may have moved the logarithm, either way."""
        values = (self.before.value or 0.0, self.after.value or 0.0)
        step = max(self.before.step, self.after.step)
        return math.log1p(step / min(values)) if min(values) > 0 else 0.0

    def interval(self, level: float) -> Interval | None:
        """Where the ratio lies, but for a chance of `level`; None for too few pairs."""
        if self.tail is not None:
            return self.tail.interval(level)
        found = signed_rank_interval(self.differences, level) if self.differences else None
        if found is None:
            return None
        wide = found.widened(self.slack, self.slack)
        return Interval(math.exp(wide.low), math.exp(wide.high))


def paired_figures(
    before: Observed,
    after: Observed,
    costs: Sequence[float | None],
    gates: Sequence[str] = (),
    tails: Mapping[Row, TailShares] | None = None,
) -> list[PairedFigure]:
    """What both sides have, pair by pair.

    Args:
        before: The first side; the values of its forks are in the order of the pairs.
        after: The second.
        costs: The logarithm of the ratio of cost, for each pair; None where it has none.
        gates: Figures that the exit code hangs on; by default the usual ones.
        tails: Shares of messages in the tail of each row.
    """
    keys = key_figures(after, gates)
    primary = keys | {(TOTAL, None, it) for it in _PRIMARY}
    old = {it.key: it for it in before.observations}
    both: list[tuple[Observation, Observation, TailShares | None]]
    both = [(old[it.key], it, None) for it in after.observations if it.key in old]
    means = {(it.stage, it.kind): it.share for it in after.observations if it.figure == "mean"}
    both += [
        (*tail_observations(tail, row, means.get(row, 1.0)), tail)
        for row, tail in (tails or {}).items()
    ]
    tested = [it.key for _, it, _ in both if not it.exact and it.figure != _MIRRORED]
    first = sum(1 for it in tested if it in primary) or 1
    others = sum(1 for it in tested if it not in primary) or 1
    weights = {True: _PRIMARY_SHARE / first, False: (1 - _PRIMARY_SHARE) / others}
    found = []
    for one, other, tail in both:
        like = _COST if other.figure == _MIRRORED else other.key
        found.append(
            PairedFigure(
                one,
                other,
                () if tail is not None else _differences(one, other, costs),
                weights[like in primary],
                key=other.key in keys,
                primary=other.key in primary,
                tail=tail,
            )
        )
    return found


def paired_changes(
    figures: Sequence[PairedFigure],
    before: Observed,
    after: Observed,
    level: float,
    *,
    tolerance: float = TOLERANCE,
    floors: Mapping[Key, float] | None = None,
) -> tuple[Change, ...]:
    """What became of each figure, the most important first.

    Args:
        figures: From `paired_figures`.
        before: The first side.
        after: The second.
        level: What of the family's level is used by this look.
        tolerance: The part that a timed figure may change by.
        floors: The smallest change of a figure that this machine was found to see.
    """
    limits = limits_on(after)
    found = [_change(it, it.weight * level, tolerance, floors or {}) for it in figures]
    shares = {it.after.key: it.after.share for it in figures}
    old, new = ({it.key: it for it in side.observations} for side in (before, after))
    found += one_sided_changes(old, new)
    weighed = [
        msgspec.structs.replace(
            change,
            importance=importance_of(change, shares.get(_key(change), 1.0)),
            budgets=limits.get(_key(change), ()),
        )
        for change in found
    ]
    return tuple(sorted(weighed, key=lambda it: -it.importance))


def is_decided(
    changes: Sequence[Change], figures: Sequence[PairedFigure], tolerance: float
) -> bool:
    """Whether more pairs would tell nothing that the exit code asks for.

    One figure that is worse by more than the tolerance is enough. Without one, every figure that a
    gate hangs on has to be beyond the tolerance or within it, and none of the other primary ones
    may look as if it had moved.
    """
    if any(it.status == "worse" and (it.exact or _is_beyond(it, tolerance)) for it in changes):
        return True
    if not any(it.differences for it in figures):
        return False
    known = {_key(it): it for it in changes}
    for figure in figures:
        change = known[figure.after.key]
        undecided = not change.exact and figure.is_tested and not _is_settled(change, tolerance)
        if undecided and (figure.key or (figure.primary and _seems_to_move(figure))):
            return False
    return True


def _is_settled(change: Change, tolerance: float) -> bool:
    return change.status == "no change" or _is_beyond(change, tolerance)


def _is_beyond(change: Change, tolerance: float) -> bool:
    if change.interval is None:
        return False
    low, high = change.interval
    return low > 1 + tolerance or high < 1 - tolerance


def _seems_to_move(figure: PairedFigure) -> bool:
    """Whether it would be called moved if it were the only figure and this the only look."""
    interval = figure.interval(FAMILY_LEVEL)
    return interval is not None and not interval.low <= 1 <= interval.high


def _differences(
    before: Observation, after: Observation, costs: Sequence[float | None]
) -> tuple[float, ...]:
    if before.exact or after.exact or before.problem or after.problem:
        return ()
    if after.figure in ("cost", _MIRRORED):
        sign = 1 if after.figure == "cost" else -1
        return tuple(sign * it for it in costs if it is not None)
    forks = (before.forks, after.forks)
    # A kind that some fork has not seen has no value for each pair.
    if len({len(it) for it in forks} | {len(costs)}) > 1 or min(map(min, forks), default=0) <= 0:
        return ()
    return tuple(log_ratios(*forks))


def _change(
    figure: PairedFigure, level: float, tolerance: float, floors: Mapping[Key, float]
) -> Change:
    before, after = figure.before, figure.after
    about = (after.stage, after.kind, after.figure, after.unit)
    amounts = (before.value, after.value)
    if figure.tail is not None:
        changed = tail_change(figure.tail, (before, after), level, tolerance)
        return changed or _too_few(figure, len(figure.tail.before), level / figure.tail.tried)
    counted = change_of_counts(before, after, key=figure.key)
    if counted is not None:
        return counted
    if before.value is not None and after.value is not None:
        interval = figure.interval(level)
        if interval is not None:
            return timed_change(
                *about,
                before.value,
                after.value,
                math.exp(centre(figure.differences)),
                (interval.low, interval.high),
                tolerance=tolerance,
                key=figure.key,
                advice=_advice(figure, interval, tolerance, floors.get(after.key)),
            )
    if figure.differences:
        return _too_few(figure, len(figure.differences), level)
    if before.problem or after.problem:
        reason, advice = problem_of(before, after)
    else:
        reason, advice = "some forks have no such message, or 0", "more messages would"
    return unproven_change(*about, *amounts, reason, advice, key=figure.key)


def _too_few(figure: PairedFigure, pairs: int, level: float) -> Change:
    it = figure.after
    return unproven_change(
        it.stage,
        it.kind,
        it.figure,
        it.unit,
        figure.before.value,
        it.value,
        f"{pairs} pairs of forks are too few to be sure of it",
        f"{fewest_pairs(level)} pairs would: give it more time (`--seconds`)",
        key=figure.key,
    )


def _advice(figure: PairedFigure, interval: Interval, tolerance: float, floor: float | None) -> str:
    if tolerance <= 0:
        return NO_TOLERANCE
    if math.expm1(figure.slack) >= tolerance:
        return "the clock's steps hide that much, and the mean or the cost would tell"
    reach = (interval.high - interval.low) / 2
    pairs = len(figure.differences)
    needed = math.ceil(pairs * (reach / tolerance) ** 2)
    seen = "" if floor is None else f"this machine was found to see {percent(floor)}; "
    if needed > _MOST_ADVISED * pairs:
        return f"{seen}a CPU that nothing else uses would, or the simulated counters"
    return f"{seen}some {max(needed, pairs + 1)} pairs instead of {pairs} would"


def _key(change: Change) -> Key:
    return change.stage, change.kind, change.figure
