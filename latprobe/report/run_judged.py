"""A run's verdicts and failures as judgements."""

from collections.abc import Mapping, Sequence

from latprobe.report.disagreement import Disagreement
from latprobe.report.failure import failures_of
from latprobe.report.header import feed_text
from latprobe.report.judged import Judgement, Suite
from latprobe.run.model import RunDocument, VerdictRecord


def run_suite(run: RunDocument, file: str | None = None) -> Suite:
    """What was judged of a run.

    Args:
        run: The run.
        file: Its scenario file, where it is known.
    """
    failures = [
        Judgement("target", run.target.name, "error", words, "failure", file)
        for words in failures_of(run)
    ]
    return Suite(
        run.scenario.name,
        (*failures, *(_judgement(it, file) for it in run.verdicts)),
        run.seconds,
        run.started,
        {
            "run": run.id,
            "target": run.target.name,
            "revision": run.target.git_revision or "unknown",
            "feed": feed_text(run.feed),
            "machine": run.machine.cpu_model,
            "latprobe": run.latprobe_version,
        },
    )


def run_suites(
    runs: Sequence[RunDocument],
    disagreements: Sequence[tuple[str, Disagreement]] = (),
    files: Mapping[str, str] | None = None,
) -> list[Suite]:
    """A suite for each run, and one more where targets of a family disagree about a feed.

    Args:
        runs: The runs.
        disagreements: What targets of a family understood differently, by the family's name.
        files: The scenario file of each run, by the scenario's name.
    """
    known = files or {}
    suites = [run_suite(run, known.get(run.scenario.name)) for run in runs]
    if disagreements:
        judged = [
            Judgement(family, "digests agree", "fail", it.words, "digest")
            for family, it in disagreements
        ]
        suites.append(Suite("digests", tuple(judged)))
    return suites


def _judgement(verdict: VerdictRecord, file: str | None) -> Judgement:
    scope, colon, _ = verdict.budget.partition(":")
    rule = "digest" if verdict.budget == "digest" else "budget"
    return Judgement(
        scope if colon else "total", verdict.budget, verdict.verdict, verdict.reason, rule, file
    )
