"""Two sides held against each other, whose forks know nothing of each other.

Every figure that both sides have is tested, and all tests together give a false alarm no more often
than the confidence says (`stats/family.py`). The key figures share half of that chance and all
others the other half, so that a target with many stages and kinds is not judged the more dimly.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import msgspec

from latprobe.comparator.allocator_notes import allocator_notes
from latprobe.comparator.classify import (
    TOLERANCE,
    advice_on_forks,
    change_of_counts,
    one_sided_change,
    timed_change,
    unproven_change,
)
from latprobe.comparator.importance import importance_of
from latprobe.comparator.key_figures import key_figures, limits_on
from latprobe.errors import RunError
from latprobe.run.change import Change, Comparison
from latprobe.run.conditions import differences
from latprobe.run.observation import Key, Observation, Observed
from latprobe.stats import FEWEST_FORKS, LogRatio, Sampled, levels, log_ratio, t_beyond

FAMILY_LEVEL: Final = 0.05
"""The chance of any false alarm among all figures of a comparison."""

_MOST_NAMED: Final = 3
_MANY_DEGREES: Final = 30.0
"""Of freedom, as there are with the forks that are advised; few forks have a wider interval."""


def compare_sides(
    before: Observed,
    after: Observed,
    *,
    tolerance: float = TOLERANCE,
    anyway: bool = False,
    gates: Sequence[str] = (),
    floors: Mapping[Key, float] | None = None,
) -> Comparison:
    """Holds `after` against `before`.

    Args:
        before: The first side.
        after: The second.
        tolerance: The part that a timed figure may change by.
        anyway: Whether to compare what is unlike; each line then says so.
        gates: Figures that the exit code hangs on, as budgets begin; by default the usual ones.
        floors: The smallest change of a figure that this machine was found to see.

    Raises:
        RunError: for sides that are unlike, unless they are compared anyway; and for sides that
            have no figure in common.
        BudgetError: for a gate that is no figure.
    """
    unlike = tuple(differences(before.conditions, after.conditions))
    if unlike and not anyway:
        raise RunError(_refusal(before, after, unlike))
    changes = _changes(before, after, tolerance, gates, floors or {})
    if not any(it.status not in ("new", "gone") for it in changes):
        raise RunError(
            f"{before.side.run or before.side.label} and {after.side.run or after.side.label} have "
            "no figure in common: compare runs of scenarios that measure the same"
        )
    if unlike:
        mark = f" (unlike {' and '.join(dict.fromkeys(_topic(it) for it in unlike))})"
        changes = [msgspec.structs.replace(it, words=it.words + mark) for it in changes]
    return Comparison(
        before.side,
        after.side,
        "unpaired",
        tolerance,
        1 - FAMILY_LEVEL,
        tuple(sorted(changes, key=lambda it: -it.importance)),
        unlike,
        tuple(allocator_notes(before.conditions, after.conditions)),
        latprobe_version=version("latprobe"),
    )


def ratio_of_observations(before: Observation, after: Observation) -> LogRatio | None:
    """How two timed observations compare; None where there is not enough of one of them."""
    sides = (before, after)
    if any(it.problem or not it.value or len(it.forks) < FEWEST_FORKS for it in sides):
        return None
    if any(min(it.forks) <= 0 for it in sides):
        return None
    return log_ratio(_sampled(before), _sampled(after))


def _sampled(it: Observation) -> Sampled:
    assert it.value is not None
    return Sampled(it.value, it.forks, it.within, it.step)


@dataclass(frozen=True)
class _Pair:
    before: Observation
    after: Observation
    key: bool
    ratio: LogRatio | None = None


def _changes(
    before: Observed,
    after: Observed,
    tolerance: float,
    gates: Sequence[str],
    floors: Mapping[Key, float],
) -> list[Change]:
    keys = key_figures(after, gates)
    old = {it.key: it for it in before.observations}
    new = {it.key: it for it in after.observations}
    pairs = [_pair(old[key], it, key in keys) for key, it in new.items() if key in old]
    tested = [(pair, pair.ratio) for pair in pairs if pair.ratio is not None]
    level_of = _levels(tested)
    found = [
        _change(pair, tolerance, level_of.get(it, FAMILY_LEVEL), floors.get(it))
        for pair in pairs
        for it in [pair.after.key]
    ]
    found += one_sided_changes(old, new)
    limits = limits_on(after)
    weighed = []
    for change in found:
        key = (change.stage, change.kind, change.figure)
        it = new.get(key) or old[key]
        weighed.append(
            msgspec.structs.replace(
                change, importance=importance_of(change, it.share), budgets=limits.get(key, ())
            )
        )
    return weighed


def _pair(before: Observation, after: Observation, key: bool) -> _Pair:
    both_exact = before.exact and after.exact
    return _Pair(before, after, key, None if both_exact else ratio_of_observations(before, after))


def _levels(
    tested: Sequence[tuple[_Pair, LogRatio]],
) -> dict[Key, float]:
    """Half of the family's level for key figures, half for the others, whichever there are."""
    keys = sum(1 for pair, _ in tested if pair.key) or 1
    others = sum(1 for pair, _ in tested if not pair.key) or 1
    weights = [1 / keys if pair.key else 1 / others for pair, _ in tested]
    found = levels([ratio.chance() for _, ratio in tested], weights, FAMILY_LEVEL)
    return {pair.after.key: level for (pair, _), level in zip(tested, found, strict=True)}


def _change(pair: _Pair, tolerance: float, level: float, floor: float | None) -> Change:
    before, after = pair.before, pair.after
    about = (after.stage, after.kind, after.figure, after.unit)
    amounts = (before.value, after.value)
    counted = change_of_counts(before, after, key=pair.key)
    if counted is not None:
        return counted
    if before.value is not None and after.value is not None and pair.ratio is not None:
        interval = pair.ratio.interval(level)
        forks = min(len(before.forks), len(after.forks))
        return timed_change(
            *about,
            before.value,
            after.value,
            pair.ratio.ratio,
            (interval.low, interval.high),
            tolerance=tolerance,
            key=pair.key,
            advice=_advice(pair.ratio, after, forks, level, tolerance),
            floor=floor,
        )
    reason, advice = problem_of(before, after)
    return unproven_change(*about, *amounts, reason, advice, key=pair.key)


def _advice(ratio: LogRatio, after: Observation, forks: int, level: float, tolerance: float) -> str:
    if math.expm1(ratio.slack) > tolerance > 0:
        figure = "the mean or the cost" if after.figure.startswith("p") else "the cost"
        return f"the clock's steps hide that much, and {figure} would tell"
    return advice_on_forks(forks, t_beyond(level, _MANY_DEGREES) * ratio.error, tolerance)


def problem_of(before: Observation, after: Observation) -> tuple[str, str]:
    """Why two observations cannot be held against each other, and what would help."""
    for it in (after, before):
        if it.problem:
            return it.problem, it.advice
    if before.simulated != after.simulated or before.exact != after.exact:
        return "one side is simulated and the other counted", "measure both alike"
    return "one side has no value over 0 in each of two forks", "more messages would"


def one_sided_changes(
    old: Mapping[Key, Observation], new: Mapping[Key, Observation]
) -> Iterator[Change]:
    """A line for each figure that one side alone has."""
    for key, it in new.items():
        if key not in old:
            yield one_sided_change(*key, it.unit, None, it.value, is_new=True, exact=it.exact)
    for key, it in old.items():
        if key not in new:
            yield one_sided_change(*key, it.unit, it.value, None, is_new=False, exact=it.exact)


def _refusal(before: Observed, after: Observed, unlike: Sequence[str]) -> str:
    one, other = (it.side.run or it.side.label for it in (before, after))
    shown = "; ".join(unlike[:_MOST_NAMED])
    more = f"; and {len(unlike) - _MOST_NAMED} more" if len(unlike) > _MOST_NAMED else ""
    return (
        f"{one} and {other} are unlike: {shown}{more}. Measure both alike, or say --anyway, and "
        "each line will say that they are"
    )


def _topic(difference: str) -> str:
    """`machines`, of `machines, clock: one and another`."""
    return difference.partition(":")[0].partition(",")[0]
