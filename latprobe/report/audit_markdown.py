"""An audit as a Markdown document."""

from collections.abc import Iterator, Sequence
from typing import Final

from latprobe.report.amounts import MISSING, messages_text
from latprobe.report.audit_source import source_around
from latprobe.report.audit_words import kinds_text, lifetime_text, sizes_text, stage_text
from latprobe.report.header import feed_text
from latprobe.report.markdown_text import escaped
from latprobe.report.printable import printable
from latprobe.run.audit_change import ChangedPlace
from latprobe.run.audited import AuditRow, audit_rows, call_sites_of
from latprobe.run.model import RunDocument
from latprobe.units import format_bytes, format_count, format_share

_COLUMNS: Final = (
    "",
    "line",
    "function",
    "stage",
    "kind",
    "allocs/msg",
    "reallocs/msg",
    "frees/msg",
    "bytes/msg",
    "share",
    "sizes",
    "lifetime",
    "locks/msg",
    "syscalls/msg",
)


def audit_markdown(
    run: RunDocument, changed: Sequence[ChangedPlace] | None, *, by_kind: bool
) -> str:
    """Title, verdicts, the table, the lines of source, what has changed, and warnings."""
    parts = [
        *_head(run),
        *_verdicts(run),
        *_table(run, by_kind=by_kind),
        *_sources(run),
        *(_changes(changed) if changed is not None else ()),
        *_warnings(run),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _head(run: RunDocument) -> Iterator[str]:
    found = call_sites_of(run)
    yield f"# Audit of {escaped(run.scenario.name)}"
    yield ""
    if run.scenario.description:
        yield escaped(run.scenario.description)
        yield ""
    yield f"- target: {escaped(run.target.name)} of {escaped(run.target.library)}"
    yield f"- feed: {escaped(feed_text(run.feed))}"
    if found is not None:
        yield f"- {messages_text(found.messages)}, after {run.warmup:,} to warm up"
    yield f"- run: {escaped(run.id)}, by latprobe {escaped(run.latprobe_version)}"
    yield ""


def _verdicts(run: RunDocument) -> Iterator[str]:
    if run.verdicts:
        yield "## Budgets"
        yield ""
        for verdict in run.verdicts:
            reason = escaped(verdict.reason)
            yield f"- **{verdict.verdict}** {escaped(verdict.budget)}: {reason}"
        yield ""


def _table(run: RunDocument, *, by_kind: bool) -> Iterator[str]:
    rows = audit_rows(run, by_kind=by_kind)
    yield "## Call sites"
    yield ""
    if not rows:
        found = call_sites_of(run)
        yield "The pass failed." if found is None else "No message asks for anything."
        yield ""
        return
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{' --- |' * 5}{' ---: |' * (len(_COLUMNS) - 5)}"
    for row in rows:
        yield f"| {' | '.join(_cells(row))} |"
    yield ""


def _cells(row: AuditRow) -> Iterator[str]:
    counts = row.counts
    yield "✘" if row.critical else ""
    for text in (
        row.place.text,
        row.place.function,
        stage_text(row.stage, row.hop),
        kinds_text(row),
    ):
        yield escaped(text)
    for amount in (counts.allocations, counts.reallocations, counts.frees):
        yield _each(row, amount)
    yield format_bytes(row.each(counts.bytes)) if counts.bytes else MISSING
    yield format_share(row.share) if row.share else MISSING
    yield sizes_text(counts) or MISSING
    yield lifetime_text(counts) or MISSING
    yield _each(row, counts.locks)
    yield _each(row, counts.system_calls)


def _each(row: AuditRow, amount: int) -> str:
    return format_count(row.each(amount)) if amount else MISSING


def _sources(run: RunDocument) -> Iterator[str]:
    """Each line once, with those around it, where its file is at hand."""
    lines: dict[tuple[str, int], list[AuditRow]] = {}
    for row in audit_rows(run):
        if row.place.path is not None and row.place.line is not None:
            lines.setdefault((row.place.path, row.place.line), []).append(row)
    shown = [(key, rows, source_around(*key)) for key, rows in lines.items()]
    shown = [it for it in shown if it[2]]
    if not shown:
        return
    yield "## Source"
    yield ""
    for (_, line), rows, around in shown:
        yield f"### {escaped(rows[0].place.text)}"
        yield ""
        yield escaped(_asked(rows))
        yield ""
        for number, text in around:
            mark = ">" if number == line else " "
            yield f"    {mark} {number:>5}  {printable(text)}".rstrip()
        yield ""


def _asked(rows: Sequence[AuditRow]) -> str:
    words = []
    for row in rows:
        calls = ", ".join(row.calls[:3])
        words.append(f"{stage_text(row.stage, row.hop)}: calls {calls}")
        words += [f"breaks {budget}" for budget in row.critical]
    return "; ".join(words)


def _changes(changed: Sequence[ChangedPlace]) -> Iterator[str]:
    yield "## Against the other run"
    yield ""
    told = [it for it in changed if it.change != "same"]
    if not told:
        yield "Nothing has changed."
    else:
        yield "| change | place | function | stage | allocs/msg before | now |"
        yield "| --- | --- | --- | --- | ---: | ---: |"
    for it in told:
        amounts = " | ".join(
            format_count(each["allocations"] + each["reallocations"])
            for each in (it.before, it.after)
        )
        words = [escaped(text) for text in (it.text, it.function, stage_text(it.stage))]
        yield f"| {it.change} | {' | '.join(words)} | {amounts} |"
    yield ""


def _warnings(run: RunDocument) -> Iterator[str]:
    if run.warnings:
        yield "## Warnings"
        yield ""
        for warning in dict.fromkeys(run.warnings):
            yield f"- {escaped(warning.problem)}: {escaped(warning.advice)}"
        yield ""
