"""Figures of a history, as people read them."""

from latprobe.history.changes import Change
from latprobe.history.news import Budget
from latprobe.history.series import SeriesName
from latprobe.units import format_amount


def size(change: Change) -> str:
    """How much it changed: `+5.2 %`."""
    if change.ratio is None:
        return "from 0"
    return f"{(change.ratio - 1) * 100:+.3g} %"


def commit_text(commit: str) -> str:
    """A commit, short enough to be read."""
    if not commit:
        return "unknown"
    dirty = "-dirty" if commit.endswith("-dirty") else ""
    return commit.removesuffix("-dirty")[:12] + dirty


def between(change: Change) -> str:
    """The commits, or where they do not tell the runs apart, the runs that it lies between."""
    last, first = change.last_before, change.first_after
    if last.commit != first.commit:
        return f"{commit_text(last.commit)}..{commit_text(first.commit)}"
    return f"{last.started} and {first.started}, both of {commit_text(first.commit)}"


def figure_text(name: SeriesName) -> str:
    """`parse: p99`, or `parse[add_order]: p99`."""
    kind = f"[{name.kind}]" if name.kind else ""
    return f"{name.stage}{kind}: {name.figure}"


def budget_text(budget: Budget) -> str:
    """A budget with what was found."""
    if budget.figure is None:
        return f"{budget.budget} ({budget.reason})"
    return f"{budget.budget} (was {format_amount(budget.figure, budget.unit)})"
