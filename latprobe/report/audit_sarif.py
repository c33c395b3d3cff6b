"""An audit as SARIF 2.1.0 (OASIS), which code hosts show beside the lines that it is about."""

from typing import Any, Final
from urllib.parse import quote

from latprobe.report.audit_words import kinds_text, lifetime_text, sizes_text, stage_text
from latprobe.report.printable import printable
from latprobe.report.sarif_log import sarif_log
from latprobe.run.audited import AuditRow, audit_rows
from latprobe.run.call_sites import SiteCounts
from latprobe.run.model import RunDocument
from latprobe.units import format_bytes, format_count

_RULES: Final = {
    "allocation": "A message allocates",
    "reallocation": "A message resizes a block",
    "free": "A message gives a block back",
    "system-call": "A message calls the kernel",
    "lock": "A message takes a lock",
}


def audit_sarif(run: RunDocument) -> str:
    """A result for each row: an error where a budget of zero is broken, else a note."""
    results = [_result(row) for row in audit_rows(run)]
    return sarif_log(_RULES, results, run.latprobe_version)


def _result(row: AuditRow) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": _rule(row.counts),
        "level": "error" if row.critical else "note",
        "message": {"text": _words(row)},
        "properties": {
            "stage": row.stage,
            "hop": row.hop,
            "share": row.share,
            "budgets": row.critical,
        },
    }
    if row.place.file is None:
        name = {"fullyQualifiedName": row.place.function, "decoratedName": row.place.text}
        result["locations"] = [{"logicalLocations": [name]}]
        return result
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(row.place.file)}}
    if row.place.line is not None:
        place["region"] = {"startLine": row.place.line}
    logical = [{"fullyQualifiedName": row.place.function}]
    result["locations"] = [{"physicalLocation": place, "logicalLocations": logical}]
    return result


def _rule(counts: SiteCounts) -> str:
    amounts = (
        counts.allocations,
        counts.reallocations,
        counts.frees,
        counts.system_calls,
        counts.locks,
    )
    return next(name for name, amount in zip(_RULES, amounts, strict=True) if amount)


def _words(row: AuditRow) -> str:
    counts = row.counts
    amounts = (
        ("allocations", counts.allocations),
        ("reallocations", counts.reallocations),
        ("frees", counts.frees),
        ("system calls", counts.system_calls),
        ("locks", counts.locks),
    )
    asked = [f"{format_count(row.each(amount))} {name}" for name, amount in amounts if amount]
    words = f"{row.place.function}, stage {stage_text(row.stage, row.hop)}, {kinds_text(row)}: "
    words += f"{', '.join(asked)} a message"
    if counts.bytes:
        words += f", {format_bytes(row.each(counts.bytes))} a message ({sizes_text(counts)} each)"
    if counts.allocations:
        words += f"; lifetime: {lifetime_text(counts)}"
    if row.critical:
        words += f"; breaks {' and '.join(row.critical)}"
    return printable(words)


def _uri(file: str) -> str:
    return f"file://{quote(file)}" if file.startswith("/") else quote(file)
