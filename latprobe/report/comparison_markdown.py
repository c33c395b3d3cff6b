"""A comparison as Markdown: the summary of a pull request."""

from collections.abc import Iterator, Sequence
from typing import Final

from latprobe.report.change_rows import (
    COLUMNS,
    MARKS,
    family_text,
    headline,
    hidden_text,
    row_of,
    shown,
    side_text,
)
from latprobe.report.markdown_text import escaped
from latprobe.run.change import Change, Comparison

_MOST_FOLDED: Final = 200
"""Lines of what did not move: a code host cuts off what is too long."""


def comparison_markdown(comparison: Comparison, exit_line: str, *, everything: bool = False) -> str:
    """What it comes to, a table of what moved, what explains it, and the rest folded away."""
    parts = [
        *_head(comparison),
        *_tables(comparison, everything=everything),
        *_findings(comparison),
        *_foot(comparison, exit_line),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _head(comparison: Comparison) -> Iterator[str]:
    before, after = comparison.before, comparison.after
    mark = MARKS["worse"] if comparison.of_status("worse") else MARKS["better"]
    if mark == MARKS["better"] and any(it.key for it in comparison.of_status("unproven")):
        mark = MARKS["unproven"]
    yield f"### {mark} {escaped(after.scenario)}: {headline(comparison)}"
    yield ""
    for side in (before, after):
        yield f"- **{escaped(side.label)}**: {escaped(side_text(side))}"
    yield f"- on {escaped(after.machine)}; feed {escaped(after.feed)}"
    for difference in comparison.unlike:
        yield f"- **unlike** {escaped(difference)}"
    for note in comparison.notes:
        yield f"- **note** {escaped(note)}"
    yield ""


def _tables(comparison: Comparison, *, everything: bool) -> Iterator[str]:
    changes = shown(comparison, everything=everything)
    if changes:
        yield from _table(changes)
    listed = set(map(id, changes))
    rest = [it for it in comparison.changes if id(it) not in listed]
    if rest:
        yield f"<details><summary>{hidden_text(comparison, changes)}</summary>"
        yield ""
        yield from _table(rest[:_MOST_FOLDED])
        if len(rest) > _MOST_FOLDED:
            yield f"… and {len(rest) - _MOST_FOLDED:,} more: the run documents have all of them."
            yield ""
        yield "</details>"
        yield ""


def _table(changes: Sequence[Change]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield "| --- | ---: | ---: | --- | --- | --- |"
    for change in changes:
        figure, *others, status = (escaped(it) for it in row_of(change).cells)
        if change.status in ("worse", "better"):
            status = f"**{status}**"
        yield f"| {' | '.join([figure, *others, status])} |"
    yield ""


def _findings(comparison: Comparison) -> Iterator[str]:
    if comparison.findings:
        yield "What explains it:"
        yield ""
        for finding in comparison.findings:
            yield f"- {escaped(finding.words)}"
        yield ""


def _foot(comparison: Comparison, exit_line: str) -> Iterator[str]:
    yield f"{family_text(comparison)}; {exit_line}."
