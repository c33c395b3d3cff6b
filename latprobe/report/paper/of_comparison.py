"""What a report says of a comparison: before and after."""

from collections.abc import Mapping
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
from latprobe.report.paper.model import Block, Facts, Grid, Notes, Section, Tone, Words
from latprobe.run.change import Comparison, Status

_TONES: Final[Mapping[Status, Tone]] = {"worse": "bad", "better": "good", "unproven": "doubt"}


def comparison_section(comparison: Comparison) -> Section:
    """What it comes to, what moved, and what explains it."""
    sides = (comparison.before, comparison.after)
    facts = tuple((side.label, side_text(side)) for side in sides)
    changes = shown(comparison)
    blocks: list[Block] = [Notes((Words(headline(comparison)),)), Facts(facts)]
    unlike = tuple(Words(f"{MARKS['unproven']} unlike {it}", "doubt") for it in comparison.unlike)
    if unlike or comparison.notes:
        blocks.append(Notes((*unlike, *(Words(it, "doubt") for it in comparison.notes))))
    if changes:
        rows = []
        for change in changes:
            tone = _TONES.get(change.status, "")
            *cells, status = row_of(change).cells
            rows.append((*(Words(it) for it in cells), Words(status, tone)))
        blocks.append(Grid(COLUMNS, tuple(rows), frozenset({1, 2})))
    findings = tuple(Words(it.words) for it in comparison.findings)
    under = [it for it in (hidden_text(comparison, changes), family_text(comparison)) if it]
    blocks.append(Notes((*findings, *(Words(it, "dim") for it in under))))
    return Section("Before and after", tuple(blocks))
