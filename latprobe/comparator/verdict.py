"""Whether a budget holds, as far as a run can tell."""

from dataclasses import dataclass

from latprobe.comparator.budget import Budget
from latprobe.comparator.estimate import Estimate, Outcome, Undecidable, outcome
from latprobe.comparator.estimate_cost import estimate_cost
from latprobe.comparator.estimate_count import (
    estimate_allocations,
    estimate_errors,
    estimate_pairing,
)
from latprobe.comparator.estimate_depth import estimate_depth
from latprobe.comparator.estimate_events import estimate_events
from latprobe.comparator.estimate_latency import estimate_latency
from latprobe.comparator.estimate_memory import estimate_memory
from latprobe.comparator.evidence import (
    Allocations,
    Cost,
    Depth,
    Errors,
    Events,
    Evidence,
    Latency,
    Memory,
    Pairing,
    Unmeasured,
)
from latprobe.comparator.evidence_for import evidence_for
from latprobe.stats import Interval


@dataclass(frozen=True)
class Verdict:
    """What a run says about a budget.

    Amounts are in nanoseconds, bytes, messages a second, a share from 0 to 1, or plain counts.

    Attributes:
        budget: The budget.
        verdict: `pass` when all of the interval keeps the limit, `fail` when none of it does.
        figure: The best guess; `None` where there is none, or only a bound.
        interval: Where the figure lies; `None` where nothing was measured.
        limit: The budget's limit.
        reason: One line for people.
        simulated: Whether the figure is a simulation's.
    """

    budget: Budget
    verdict: Outcome
    figure: float | None
    interval: Interval | None
    limit: float
    reason: str
    simulated: bool = False


def judge(budget: Budget, evidence: Evidence) -> Verdict:
    """Holds a budget against what was measured of its scope."""
    return verdict_of(budget, _estimate(budget, evidence))


def verdict_of(budget: Budget, estimate: Estimate | Undecidable) -> Verdict:
    """Holds a budget against where its figure lies."""
    limit = float(budget.limit.value)
    if isinstance(estimate, Undecidable):
        return Verdict(budget, "unproven", None, None, limit, estimate.reason)
    verdict = outcome(estimate.range, budget.operator, budget.limit.value)
    return Verdict(
        budget,
        verdict,
        None if estimate.figure is None else float(estimate.figure),
        Interval(float(estimate.range.low), float(estimate.range.high)),
        limit,
        f"{estimate.words}: {_conclusion(budget, estimate, verdict)}",
        estimate.simulated,
    )


def _estimate(budget: Budget, evidence: Evidence) -> Estimate | Undecidable:
    figure, where = budget.figure, str(budget.scope)
    measured = evidence_for(figure, budget.scope, evidence)
    match measured:
        case Unmeasured(reason=reason):
            return Undecidable(reason)
        case Latency():
            return estimate_latency(figure, measured, where)
        case Cost():
            return estimate_cost(figure, measured, where)
        case Depth():
            return estimate_depth(figure, measured, where)
        case _:
            return _counted(budget, measured)


def _counted(
    budget: Budget, measured: Allocations | Events | Memory | Errors | Pairing
) -> Estimate | Undecidable:
    match measured:
        case Allocations():
            return estimate_allocations(budget.figure, measured, str(budget.scope))
        case Events():
            return estimate_events(budget.figure, measured)
        case Memory():
            return estimate_memory(budget.figure, measured)
        case Errors():
            return estimate_errors(measured, budget.limit.dimension, budget.figure.name)
        case Pairing():
            return estimate_pairing(budget.figure, measured, budget.limit.dimension)


def _conclusion(budget: Budget, estimate: Estimate, verdict: Outcome) -> str:
    comparison = f"{budget.operator} {budget.limit.text}"
    if estimate.range.low == estimate.range.high and not estimate.clock:
        return f"{comparison} {'holds' if verdict == 'pass' else 'does not hold'}"
    match verdict:
        case "pass":
            return f"{comparison} holds for all of that"
        case "fail":
            return f"{comparison} holds for none of that"
    perfect = outcome(estimate.range_by_a_perfect_clock, budget.operator, budget.limit.value)
    if perfect == "unproven":
        return f"{comparison} holds for a part of that only; {estimate.narrower} would narrow it"
    return f"{comparison} holds for a part of that only; {estimate.clock} cannot tell"
