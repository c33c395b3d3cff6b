"""What a report says of verdicts: in short of everything in it, and budget by budget."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from latprobe.report.paper.model import Grid, Tone, Words
from latprobe.report.verdict_text import MARKS, figure_text, interval_text
from latprobe.run.model import RunDocument, VerdictRecord
from latprobe.run.soak_document import SoakDocument

_TONES: Final[dict[str, Tone]] = {"pass": "good", "fail": "bad", "unproven": "doubt"}
_ORDER: Final = ("fail", "unproven", "pass")


def summary_row(document: RunDocument | SoakDocument, failure: str) -> tuple[Words, ...]:
    """The row of a run or a soak in `summary_grid`.

    Args:
        document: What it was.
        failure: What of it failed that is no budget; empty where nothing did.
    """
    counts = Counter(it.verdict for it in document.verdicts)
    words = ", ".join(f"{counts[it]} {it}" for it in _ORDER if counts[it]) or "no budgets"
    worst = next((it for it in _ORDER if counts[it]), "")
    tone: Tone = _TONES.get(worst, "dim")
    mark = f"{MARKS[worst]} " if worst else ""
    if failure:
        mark, tone = f"{MARKS['fail']} {failure}; ", "bad"
    revision = (document.target.git_revision or "unknown")[:12]
    return (
        Words(document.scenario.name),
        Words(f"{mark}{words}", tone),
        Words(document.target.name),
        Words(revision),
        Words(document.started),
        Words(document.id, "dim"),
    )


def summary_grid(rows: Sequence[tuple[Words, ...]]) -> Grid:
    """A row for each run and each soak."""
    columns = ("scenario", "verdict", "target", "revision", "started", "run")
    return Grid(columns, tuple(rows))


def verdict_grid(verdicts: Sequence[VerdictRecord]) -> Grid:
    """A row for each budget, those that are broken first."""
    rows = [
        (
            Words(f"{MARKS[it.verdict]} {it.verdict}", _TONES[it.verdict]),
            Words(it.budget),
            Words(figure_text(it)),
            Words(interval_text(it)),
            Words("" if it.verdict == "pass" else it.reason, "dim"),
        )
        for it in sorted(verdicts, key=lambda it: _ORDER.index(it.verdict))
    ]
    columns = ("verdict", "budget", "figure", "interval", "reason")
    return Grid(columns, tuple(rows), frozenset({2}))
