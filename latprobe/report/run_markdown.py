"""Runs as Markdown: the summary of a CI job."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from latprobe.report.disagreement import Disagreement
from latprobe.report.failure import failures_of
from latprobe.report.header import feed_text
from latprobe.report.markdown_text import escaped
from latprobe.report.verdict_text import MARKS, figure_text, interval_text
from latprobe.run.model import RunDocument

_GRAVEST: Final = ("fail", "unproven", "pass")


def runs_markdown(
    runs: Sequence[RunDocument],
    disagreements: Sequence[tuple[str, Disagreement]],
    exit_line: str,
) -> str:
    """What it comes to, and for each run its budgets, the broken ones first, and its warnings.

    Args:
        runs: The runs.
        disagreements: What targets of a family understood differently, by the family's name.
        exit_line: What the command ends with, in words.
    """
    parts = [f"### {escaped(exit_line)}", ""]
    for family, it in disagreements:
        parts += [f"- **{MARKS['fail']} digests disagree** {escaped(f'{family}: {it.words}')}", ""]
    for run in runs:
        parts += [*_run(run)]
    return "\n".join(parts).rstrip() + "\n"


def _run(run: RunDocument) -> Iterator[str]:
    counts = Counter(it.verdict for it in run.verdicts)
    numbers = ", ".join(f"{counts[it]} {it}" for it in _GRAVEST if counts[it]) or "no budgets"
    yield f"#### {escaped(run.scenario.name)}: {numbers}"
    yield ""
    revision = run.target.git_revision
    of = f", revision {revision[:12]}" if revision else ""
    about = f"{run.target.name}{of}, on {feed_text(run.feed)}; {run.machine.cpu_model}"
    yield escaped(about)
    yield ""
    for words in failures_of(run):
        yield f"- **{MARKS['fail']} {escaped(words)}**"
    if failures_of(run):
        yield ""
    if run.verdicts:
        yield "| verdict | budget | figure | interval | reason |"
        yield "| --- | --- | ---: | --- | --- |"
    for verdict in sorted(run.verdicts, key=lambda it: _GRAVEST.index(it.verdict)):
        mark = f"{MARKS[verdict.verdict]} {verdict.verdict}"
        reason = "" if verdict.verdict == "pass" else verdict.reason
        cells = (verdict.budget, figure_text(verdict), interval_text(verdict), reason)
        shown = mark if verdict.verdict == "pass" else f"**{mark}**"
        yield f"| {shown} | {' | '.join(escaped(it) for it in cells)} |"
    if run.verdicts:
        yield ""
    for warning in dict.fromkeys(run.warnings):
        yield f"- {escaped(warning.problem)}: {escaped(warning.advice)}"
    if run.warnings:
        yield ""
