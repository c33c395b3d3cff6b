"""The verdicts of a soak."""

from collections.abc import Iterator, Sequence
from typing import Final

from latprobe.comparator.budget import Budget
from latprobe.comparator.estimate import Estimate, Outcome, Undecidable
from latprobe.comparator.estimate_trend import estimate_drift, estimate_slope
from latprobe.comparator.estimate_window import estimate_count, estimate_times
from latprobe.comparator.figure import Measure
from latprobe.comparator.judge_run import record_of_verdict
from latprobe.comparator.soak_evidence import SoakEvidence
from latprobe.comparator.verdict import Verdict, verdict_of
from latprobe.run.model import VerdictRecord

_GRAVITY: Final[dict[Outcome, int]] = {"pass": 0, "unproven": 1, "fail": 2}


def judge_soak(budgets: Sequence[Budget], evidence: SoakEvidence) -> tuple[VerdictRecord, ...]:
    """Holds budgets against a soak, which may still run."""
    return tuple(record_of_verdict(_judge(budget, evidence)) for budget in budgets)


def _judge(budget: Budget, evidence: SoakEvidence) -> Verdict:
    figure, among = budget.figure, evidence.after(budget.window.after_s)
    if not among:
        reason = f"nothing was measured after {budget.window.after_s:g} s"
        return verdict_of(budget, Undecidable(reason))
    if figure.measure is Measure.MEMORY_SLOPE:
        return verdict_of(budget, estimate_slope(figure, evidence, among))
    tag = "response" if figure.timing == "response" else budget.scope.first
    if figure.measure is Measure.DRIFT:
        return verdict_of(budget, estimate_drift(figure, tag, evidence, among))
    every_s = budget.window.every_s
    runs = [among] if every_s is None else evidence.windows(every_s, among)
    verdicts = [verdict_of(budget, it) for it in _estimates(budget, tag, evidence, runs)]
    return _gravest(budget, verdicts)


def _estimates(
    budget: Budget, tag: str, evidence: SoakEvidence, runs: Sequence[range]
) -> Iterator[Estimate | Undecidable]:
    figure = budget.figure
    if figure.is_latency:
        groups = evidence.times.groups(tag, runs)
        for run, group in zip(runs, groups, strict=True):
            yield estimate_times(figure, tag, group, evidence, _where(budget, evidence, run))
        return
    dimension = budget.limit.dimension
    for run in runs:
        yield estimate_count(figure, dimension, evidence, run, _where(budget, evidence, run))


def _where(budget: Budget, evidence: SoakEvidence, run: range) -> str:
    if budget.window.every_s is None:
        return ""
    start = int(evidence.columns["elapsed_s"][run.start])
    return f" from {start // 3600:02}:{start // 60 % 60:02}:{start % 60:02} on"


def _gravest(budget: Budget, verdicts: Sequence[Verdict]) -> Verdict:
    """Of all windows the one that the budget fails in most clearly, and how many do."""
    is_upper = budget.operator in ("<", "<=")

    def how_grave(verdict: Verdict) -> tuple[int, float]:
        figure = 0.0 if verdict.figure is None else verdict.figure
        return _GRAVITY[verdict.verdict], figure if is_upper else -figure

    worst = max(verdicts, key=how_grave)
    if len(verdicts) == 1:
        return worst
    alike = sum(it.verdict == worst.verdict for it in verdicts)
    words = f"{worst.reason}; {alike:,} of {len(verdicts):,} windows {_DO[worst.verdict]}"
    return Verdict(
        budget, worst.verdict, worst.figure, worst.interval, worst.limit, words, worst.simulated
    )


_DO: Final[dict[Outcome, str]] = {
    "pass": "keep it",
    "unproven": "cannot tell",
    "fail": "break it",
}
