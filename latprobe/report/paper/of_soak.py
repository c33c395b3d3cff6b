"""What a report says of a soak."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rich.table import Table
from rich.text import Text

from latprobe.report.header import machine_text
from latprobe.report.heat_plot import HeatMap, draw_heat
from latprobe.report.paper.model import Block, Facts, Grid, Notes, Picture, Section, Words
from latprobe.report.paper.verdict_grid import verdict_grid
from latprobe.report.soak import SoakReport, happened, soak_facts
from latprobe.report.soak_table import soak_table
from latprobe.report.soak_windows import windows_table, worst_table
from latprobe.report.verdict_text import MARKS
from latprobe.run.soak_document import SoakDocument


@dataclass(frozen=True)
class SoakPart:
    """A soak in a report: what it was, and its section."""

    document: SoakDocument
    section: Section


def soak_section(report: SoakReport, heats: Sequence[HeatMap], problems: Sequence[str]) -> Section:
    """What it was about, verdicts, what happened, heat maps, and times over all and by the hour.

    Args:
        report: What is printed of it.
        heats: Latency over time, a picture each.
        problems: What of it cannot be read.

    Raises:
        ValueError, OverflowError: where a count is none.
    """
    document = report.document
    blocks: list[Block] = []
    if document.scenario.description:
        blocks.append(Notes((Words(document.scenario.description),)))
    origin = f"{document.id}, started {document.started}, by latprobe {document.latprobe_version}"
    facts = {**soak_facts(report), "machine": machine_text(document.machine), "soak": origin}
    blocks.append(Facts(tuple(facts.items())))
    notes = [_happened(it) for it in happened(report)]
    notes += [Words(f"! {it}", "doubt") for it in problems]
    if notes:
        blocks.append(Notes(tuple(notes)))
    if document.verdicts:
        blocks.append(verdict_grid(document.verdicts))
    blocks += [_picture(it) for it in heats]
    if report.times:
        blocks.append(_grid(soak_table({}, report.times)))
    if len(report.windows) > 1:
        blocks.append(_grid(windows_table(report.windows)))
    if report.worst:
        blocks.append(_grid(worst_table(report.worst)))
    return Section(f"Soak of {document.scenario.name}, {document.started}", tuple(blocks))


def _happened(line: Text) -> Words:
    return Words(line.plain, "bad" if line.plain.startswith(MARKS["fail"]) else "doubt")


def _picture(heat: HeatMap) -> Picture:
    caption = f"Latency over time, {heat.stage}, and {heat.stalls}"
    return Picture(caption, partial(draw_heat, heat))


def _grid(table: Table) -> Grid:
    """A table that is printed as one that is written."""
    numbers = (at for at, it in enumerate(table.columns) if it.justify == "right")
    cells = [[_plain(cell) for cell in it.cells] for it in table.columns]
    return Grid(
        tuple(str(it.header) for it in table.columns),
        tuple(tuple(Words(it) for it in row) for row in zip(*cells, strict=True)),
        frozenset(numbers),
    )


def _plain(cell: object) -> str:
    return cell.plain if isinstance(cell, Text) else str(cell)
