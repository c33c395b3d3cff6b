"""A comparison's changes as judgements."""

from typing import Final

from latprobe.report.change_rows import row_of
from latprobe.report.judged import Judgement, Outcome, Suite
from latprobe.run.change import Change, Comparison, Status

_OUTCOMES: Final[dict[Status, Outcome]] = {
    "worse": "fail",
    "better": "pass",
    "no change": "pass",
    "unproven": "unproven",
    "new": "pass",
    "gone": "unproven",
}


def comparison_suite(comparison: Comparison) -> Suite:
    """What was judged of two sides.

    New figures are held against nothing, and are left out. So is what cannot be told and decides
    about nothing, such as the tail of a kind that came ten times.
    """
    before, after = comparison.before, comparison.after
    judged = [
        _judgement(it)
        for it in comparison.changes
        if it.key or it.status in ("worse", "better", "no change")
    ]
    return Suite(
        f"{after.scenario}: {after.label} against {before.label}",
        tuple(judged),
        comparison.seconds,
        after.started,
        {
            before.label: f"{before.target} {before.run} {before.git_revision or ''}".strip(),
            after.label: f"{after.target} {after.run} {after.git_revision or ''}".strip(),
            "machine": after.machine,
            "feed": after.feed,
            "unlike": "; ".join(comparison.unlike) or "nothing",
            "latprobe": comparison.latprobe_version,
        },
    )


def _judgement(change: Change) -> Judgement:
    row = row_of(change)
    rule = "exact-regression" if change.exact else "regression"
    return Judgement(
        change.scope,
        change.name,
        _OUTCOMES[change.status],
        f"{row.before} to {row.after}: {change.words}",
        rule,
        gates=change.key or change.status == "worse",
    )
