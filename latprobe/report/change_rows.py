"""Which changes are shown to people, and in which words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latprobe.report.amounts import MISSING, amount_text
from latprobe.run.change import Change, Comparison, Side, Status

MARKS: Final[dict[Status, str]] = {
    "worse": "✘",
    "gone": "-",
    "new": "+",
    "better": "✔",
    "unproven": "?",
    "no change": "=",
}
_ORDER: Final = tuple(MARKS)
_MOST_MOVED: Final = 20
"""Figures that moved and have a line: where a hundred did, the most important ones say why."""

COLUMNS: Final = ("figure", "before", "after", "change", "target", "status")
"""The columns of every table of changes."""


@dataclass(frozen=True)
class ChangeRow:
    """One line of a table of changes, as text that may come from outside."""

    figure: str
    before: str
    after: str
    change: str
    target: str
    status: Status

    @property
    def cells(self) -> tuple[str, ...]:
        """A text for each of `COLUMNS`."""
        status = f"{MARKS[self.status]} {self.status}"
        return self.figure, self.before, self.after, self.change, self.target, status


def row_of(change: Change) -> ChangeRow:
    """A change as a line."""
    return ChangeRow(
        change.name,
        MISSING if change.before is None else amount_text(change.before, change.unit),
        MISSING if change.after is None else amount_text(change.after, change.unit),
        change.words,
        ", ".join(change.budgets) or MISSING,
        change.status,
    )


def shown(comparison: Comparison, *, everything: bool = False) -> list[Change]:
    """The changes that are worth a line: what moved, and what a gate hangs on.

    Args:
        comparison: The comparison.
        everything: Whether every figure is worth one.
    """
    if everything:
        return list(comparison.changes)
    moved = [it for it in comparison.changes if it.status in ("worse", "better")]
    listed = set(map(id, moved[:_MOST_MOVED]))
    return [it for it in comparison.changes if it.key or id(it) in listed]


def hidden_text(comparison: Comparison, lines: Sequence[Change]) -> str:
    """How many figures have no line, by status; nothing where all have one."""
    counts = Counter(it.status for it in comparison.changes)
    counts.subtract(it.status for it in lines)
    words = [f"{counts[it]} {it}" for it in _ORDER if counts[it] > 0]
    return f"the other figures: {', '.join(words)}" if words else ""


def headline(comparison: Comparison) -> str:
    """What came of all of it: `2 figures are worse, 1 better`."""
    worse, better = (len(comparison.of_status(it)) for it in ("worse", "better"))
    unproven = sum(1 for it in comparison.of_status("unproven") if it.key)
    words = []
    if worse:
        words.append(f"{_figures(worse)} worse")
    if better:
        words.append(f"{_figures(better)} better")
    if unproven:
        words.append(f"{_figures(unproven)} that a gate hangs on cannot be told")
    return ", ".join(words) or "nothing that could be told has changed"


def family_text(comparison: Comparison) -> str:
    """How sure all of it is together."""
    timed = sum(1 for it in comparison.changes if it.interval is not None and not it.exact)
    exact = sum(1 for it in comparison.changes if it.exact and it.status not in ("new", "gone"))
    level = amount_text(1 - comparison.confidence, "share")
    return (
        f"{_figures(timed)} held together at {level} false alarms, {_figures(exact)} exactly; "
        f"no change is within {amount_text(comparison.tolerance, 'share')}"
    )


def side_text(side: Side) -> str:
    """Who a side is: `base  engine-before, revision 1f1f1f1f1f1f, run engine-…`."""
    words = [side.target]
    if side.git_revision:
        words.append(f"revision {side.git_revision[:12]}")
    if side.run:
        words.append(f"run {side.run}")
    return ", ".join([*words, f"{side.forks} forks"])


def _figures(count: int) -> str:
    return "1 figure" if count == 1 else f"{count} figures"
