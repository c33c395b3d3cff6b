"""An audit as JSON, for programs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from latprobe.report.audit_source import source_line
from latprobe.run.audit_change import ChangedPlace
from latprobe.run.audited import AuditRow, audit_rows, call_sites_of
from latprobe.run.model import RunDocument


def audit_json(
    run: RunDocument,
    path: Path,
    changed: Sequence[ChangedPlace] | None,
    exit_code: int,
    *,
    by_kind: bool,
) -> str:
    """The rows of the table with their sums, the verdicts, and what has changed; in ASCII."""
    found = call_sites_of(run)
    document: dict[str, Any] = {
        "id": run.id,
        "scenario": run.scenario.name,
        "target": run.target.name,
        "path": str(path),
        "messages": found.messages if found else 0,
        "sites": [_row(row) for row in audit_rows(run, by_kind=by_kind)],
        "system_calls_unsupported": found.system_calls_unsupported if found else None,
        "verdicts": msgspec.to_builtins(run.verdicts),
        "warnings": msgspec.to_builtins(run.warnings),
        "exit_code": int(exit_code),
    }
    if changed is not None:
        document["changes"] = [_change(it) for it in changed]
    return json.dumps(document, indent=1, ensure_ascii=True)


def _row(row: AuditRow) -> dict[str, Any]:
    place = row.place
    return {
        "file": place.file,
        "line": place.line,
        "function": place.function,
        "module": place.module,
        "address": place.offset or None,
        "stage": row.stage,
        "hop": row.hop,
        "kinds": row.kinds,
        "messages": row.messages,
        "counts": msgspec.to_builtins(row.counts),
        "share": row.share,
        "calls": row.calls,
        "critical": row.critical,
        "source": source_line(place.path, place.line),
    }


def _change(it: ChangedPlace) -> dict[str, Any]:
    return {
        "change": it.change,
        "function": it.function,
        "file": it.file,
        "stage": it.stage,
        "before_each": it.before,
        "after_each": it.after,
    }
