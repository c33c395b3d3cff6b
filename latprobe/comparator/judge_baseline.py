"""Limits on a baseline: `total: p99 < 105% of baseline`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from latprobe.comparator.budget import Budget
from latprobe.comparator.classify import below_floor
from latprobe.comparator.compare import ratio_of_observations
from latprobe.comparator.estimate import CONFIDENCE, Range, outcome
from latprobe.comparator.evidence import Evidence, Unmeasured
from latprobe.comparator.evidence_for import evidence_for
from latprobe.comparator.observe import observe
from latprobe.comparator.verdict import Verdict
from latprobe.run.conditions import allocator_difference, differences
from latprobe.run.observation import Conditions, Key, Observation, Observed
from latprobe.stats import Interval
from latprobe.units import format_amount, format_share

_MOST_NAMED: Final = 2
_OF_CACHES: Final = ("L1", "LLC")
"""Figures that begin so depend on the caches that are simulated, which are by default this
machine's own."""


@dataclass(frozen=True)
class Baselines:
    """What limits on a baseline are held against.

    Attributes:
        conditions: Under which the run was measured; None where it is of a kind that has no
            baselines.
        known: The scenario's baselines, of whatever machines.
        where: How to set one, as an order.
        floors: The smallest change of a figure that this machine was found to see.
    """

    conditions: Conditions | None = None
    known: Sequence[Observed] = ()
    where: str = "`latprobe baseline set RUN` makes one of a run"
    floors: Mapping[Key, float] = field(default_factory=dict)


NO_BASELINES: Final = Baselines()


def judge_against_baseline(budget: Budget, evidence: Evidence, baselines: Baselines) -> Verdict:
    """Holds a budget on a baseline against what was measured of its scope.

    What is timed needs a baseline of a machine of the same class. What is counted exactly takes one
    of any, since it does not depend on the machine.
    """
    after = observe(budget.scope, budget.figure, evidence)
    if after is None:
        measured = evidence_for(budget.figure, budget.scope, evidence)
        reason = measured.reason if isinstance(measured, Unmeasured) else "there is nothing of it"
        return _unproven(budget, reason)
    found = _fitting(after, baselines)
    if isinstance(found, str):
        return _unproven(budget, found)
    before = found
    if before.exact and after.exact:
        return _exact(budget, before, after)
    return _timed(budget, before, after, baselines.floors.get(after.key))


def _fitting(after: Observation, baselines: Baselines) -> Observation | str:
    """The figure in the baseline that fits, or why there is none."""
    here = baselines.conditions
    if here is None or not baselines.known:
        return f"there is no baseline of this scenario: {baselines.where}"
    reasons = []
    for one in sorted(baselines.known, key=lambda it: it.conditions.machine != here.machine):
        unlike = differences(one.conditions, here)
        if after.exact:
            unlike = [it for it in unlike if not it.startswith(_without_effect(after.figure))]
        if one.conditions.allocator != here.allocator:
            unlike.insert(0, str(allocator_difference(one.conditions, here)))
        if unlike:
            reasons.append("; ".join(unlike[:_MOST_NAMED]))
            continue
        before = next((it for it in one.observations if it.key == after.key), None)
        if before is not None:
            return before
        reasons.append("it does not have this figure")
    return f"no baseline fits, the nearest differs in {reasons[0]}: {baselines.where}"


def _without_effect(figure: str) -> tuple[str, ...]:
    """Differences that an exact figure does not depend on, as they begin."""
    is_of_caches = figure.startswith(_OF_CACHES)
    return ("machines",) if is_of_caches else ("machines", "settings, simulated caches")


def _exact(budget: Budget, before: Observation, after: Observation) -> Verdict:
    assert before.value is not None
    assert after.value is not None
    limit = budget.limit.value * Fraction(before.value)
    value = Fraction(after.value)
    found = outcome(Range(value, value), budget.operator, limit)
    holds = "holds" if found == "pass" else "does not hold"
    exactly = "exact (simulated)" if after.simulated else "counted exactly"
    words = (
        f"{budget.figure.name} {_are(after)} {format_amount(after.value, after.unit)} against "
        f"{format_amount(before.value, before.unit)} in the baseline, {exactly}: "
        f"{budget.operator} {budget.limit.text} {holds}"
    )
    interval = Interval(after.value, after.value)
    return Verdict(
        budget, found, after.value, interval, float(limit), words, simulated=after.simulated
    )


def _timed(budget: Budget, before: Observation, after: Observation, floor: float | None) -> Verdict:
    ratio = ratio_of_observations(before, after)
    if ratio is None or before.value is None or after.value is None:
        problem = after.problem or before.problem or "it is 0 on one side"
        advice = after.advice or before.advice
        return _unproven(budget, f"{problem}; {advice}" if advice else problem)
    interval = ratio.interval(1 - CONFIDENCE)
    found = outcome(Range(interval.low, interval.high), budget.operator, budget.limit.value)
    words = (
        f"{budget.figure.name} is {format_share(ratio.ratio)} of the baseline, "
        f"{format_amount(after.value, after.unit)} against "
        f"{format_amount(before.value, before.unit)}, "
        f"{format_share(interval.low)} to {format_share(interval.high)} at "
        f"{format_share(CONFIDENCE)} confidence: {budget.operator} {budget.limit.text} "
    )
    unseen = found == "pass" and _is_unseen(budget, ratio.ratio, floor)
    conclusion = {
        "pass": "holds for all of that",
        "fail": "holds for none of that",
        "unproven": "holds for a part of that only; more forks, here and in the baseline, would "
        "narrow it",
    }[found]
    if unseen and floor is not None:
        found, conclusion = "unproven", f"is closer than it can tell: {below_floor(floor)}"
    return Verdict(
        budget,
        found,
        after.value,
        Interval(interval.low * before.value, interval.high * before.value),
        float(budget.limit.value) * before.value,
        words + conclusion,
    )


def _is_unseen(budget: Budget, ratio: float, floor: float | None) -> bool:
    """Whether a limit is closer to the baseline than any change that this machine sees.

    A figure that is further from its limit than such a change keeps it all the same.
    """
    limit = float(budget.limit.value)
    if floor is None or abs(limit - 1) >= floor:
        return False
    worst = ratio * (1 + floor) if budget.operator in ("<", "<=") else ratio / (1 + floor)
    return outcome(Range(worst, worst), budget.operator, budget.limit.value) != "pass"


def _are(it: Observation) -> str:
    return "are" if it.figure.endswith("s") else "is"


def _unproven(budget: Budget, reason: str) -> Verdict:
    """Without a baseline there is no amount that would be the limit."""
    return Verdict(budget, "unproven", None, None, float(budget.limit.value), reason)
