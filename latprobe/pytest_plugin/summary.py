"""The lines at the end of a session: what was measured, and what of it is unproven."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from latprobe.api.result import Result
from latprobe.pytest_plugin.outcome import Outcome
from latprobe.report.amounts import time_text
from latprobe.report.printable import printable
from latprobe.units import format_count


class Said(msgspec.Struct, frozen=True):
    """What a test's report carries of a measure, from a worker of pytest-xdist as well."""

    figures: str
    verdicts: str
    doubts: tuple[str, ...]
    document: str


def said_of(result: Result, outcome: Outcome, document: Path) -> str:
    """What is said of a measure at the end, as JSON."""
    total = result.total if result.document.figures else None
    words = []
    if total is not None and total.latency is not None:
        words += [f"p50 {time_text(total.latency.p50)}", f"p99.9 {time_text(total.latency.p999)}"]
    if total is not None and total.allocations is not None:
        words.append(f"{format_count(total.allocations)} allocs/msg")
    counts = outcome.headline.partition(": ")[2]
    said = Said("  ".join(words), counts, outcome.doubts, str(document))
    return msgspec.json.encode(said).decode()


def write_summary(reporter: Any, found: Sequence[tuple[str, str]]) -> None:
    """Writes a line for each measure, and under it what is unproven."""
    reporter.section("latprobe")
    folders: dict[str, None] = {}
    for nodeid, text in found:
        said = msgspec.json.decode(text, type=Said)
        reporter.write_line(printable(f"{nodeid}  {said.figures}  {said.verdicts}"))
        for doubt in said.doubts:
            reporter.write_line(printable(f"  ? unproven  {doubt}"), yellow=True)
        folders[str(Path(said.document).parent)] = None
    for folder in folders:
        reporter.write_line(printable(f"runs are in {folder}"))
