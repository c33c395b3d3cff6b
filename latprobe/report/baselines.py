"""Baselines as a terminal shows them, and as JSON."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import Console, RenderableType
from rich.text import Text

from latprobe.report.amounts import MISSING, amount_text
from latprobe.report.change_rows import side_text
from latprobe.report.fitting import empty_table
from latprobe.report.printable import printable
from latprobe.report.trimmed import Trimmed
from latprobe.run.baseline import Baseline

Found = Sequence[tuple[Path, Baseline]]
"""Baselines, each with its file."""


def print_baselines(
    found: Found, folder: Path, console: Console, *, with_figures: bool = False
) -> None:
    """Prints what each baseline is of, and the figures of all kinds together if wanted."""
    if not found:
        words = f"no baseline in {folder}: `latprobe baseline set RUN` makes one of a run"
        console.print(Trimmed(Text(printable(words))))
    for path, baseline in found:
        for line in _lines(path, baseline, console, with_figures=with_figures):
            console.print(Trimmed(line))


def baselines_json(found: Found) -> str:
    """Each baseline with its file, in ASCII."""
    rows = [{"path": str(path), **msgspec.to_builtins(it)} for path, it in found]
    return json.dumps(rows, indent=1, ensure_ascii=True)


def _lines(
    path: Path, baseline: Baseline, console: Console, *, with_figures: bool
) -> Iterator[RenderableType]:
    side = baseline.observed.side
    yield Text(printable(f"{side.scenario}  {side_text(side)}, {side.started[:10] or MISSING}"))
    yield Text(printable(f"  on    {side.machine}"))
    count = len(baseline.observed.observations)
    yield Text(printable(f"  file  {path}: {count} figures"), style="dim")
    if not with_figures:
        return
    table = empty_table(console)
    table.add_column("figure", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("forks", justify="right", no_wrap=True)
    for it in baseline.observed.observations:
        if it.kind is None and it.value is not None:
            forks = "exact" if it.exact else str(len(it.forks))
            name = Text(printable(f"{it.stage}: {it.figure}"))
            table.add_row(name, amount_text(it.value, it.unit), forks)
    yield table
