"""The verdicts of a run, and of runs against each other."""

from collections.abc import Sequence

import msgspec

from latprobe.comparator.budget import Budget
from latprobe.comparator.digests import Digest, Disagreement, compare_digests, compare_with_pin
from latprobe.comparator.dimension import unit_of
from latprobe.comparator.gather import evidence_of
from latprobe.comparator.judge_baseline import NO_BASELINES, Baselines, judge_against_baseline
from latprobe.comparator.verdict import Verdict, judge
from latprobe.run.measured import Measured
from latprobe.run.model import DigestPass, RunDocument, VerdictRecord
from latprobe.scenario import Scenario


def judge_run(
    scenario: Scenario,
    measured: Measured,
    budgets: Sequence[Budget],
    baselines: Baselines = NO_BASELINES,
) -> tuple[VerdictRecord, ...]:
    """The verdict on each budget, and on the digest where the scenario pins one.

    Args:
        scenario: The scenario.
        measured: What was measured.
        budgets: Its budgets.
        baselines: What limits on a baseline are held against.
    """
    verdicts = (
        judge_against_baseline(budget, evidence_of(measured, budget.scope), baselines)
        if budget.limit.of_baseline
        else judge(budget, evidence_of(measured, budget.scope))
        for budget in budgets
    )
    return (*map(record_of_verdict, verdicts), *_pinned(scenario, measured.digest))


def disagreements(runs: Sequence[RunDocument]) -> list[tuple[str, Disagreement]]:
    """What targets of one family understood differently of one feed, by the family's name.

    The configuration is part of what a target does: an engine with other limits decides otherwise,
    and that is no error.
    """
    groups: dict[tuple[str, ...], dict[str, Digest]] = {}
    for run in runs:
        digest = Measured(run.target.stages, run.spans, run.forks).digest
        if digest is not None:
            config = msgspec.json.encode(run.scenario.target.config, order="sorted").decode()
            key = (run.target.family, run.feed.sha256, config)
            groups.setdefault(key, {})[run.target.name] = _digest(digest)
    return [
        (family, disagreement)
        for (family, *_), digests in groups.items()
        for disagreement in compare_digests(digests)
    ]


def record_of_verdict(verdict: Verdict) -> VerdictRecord:
    """A verdict as documents keep it."""
    interval = verdict.interval
    return VerdictRecord(
        budget=verdict.budget.text,
        verdict=verdict.verdict,
        figure=verdict.figure,
        interval=(interval.low, interval.high) if interval else None,
        limit=verdict.limit,
        unit=unit_of(verdict.budget.limit.dimension),
        reason=verdict.reason,
        simulated=verdict.simulated,
    )


def _digest(result: DigestPass) -> Digest:
    kinds = {kind.kind: (kind.messages, int(kind.checksum, 16)) for kind in result.kinds}
    return Digest(kinds, result.messages)


def _pinned(scenario: Scenario, result: DigestPass | None) -> list[VerdictRecord]:
    """Only the kinds that are pinned are compared, and of them only the checksum."""
    if not scenario.digest or result is None:
        return []
    understood = _digest(result)
    counts = {kind: understood.count(kind) for kind in scenario.digest}
    found = compare_with_pin(
        scenario.target.name,
        Digest({kind: (count, understood.checksum(kind)) for kind, count in counts.items()}, 0),
        Digest({kind: (counts[kind], int(scenario.digest[kind], 16)) for kind in counts}, 0),
    )
    words = "; ".join(it.words for it in found) or "what was understood is what is pinned"
    return [VerdictRecord("digest", "fail" if found else "pass", None, None, 0, "", words)]
