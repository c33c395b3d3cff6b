"""What was counted beside the times: allocations, instructions, misses."""

from collections.abc import Iterator
from typing import Final

from latprobe.comparator.figure import EVENTS
from latprobe.run.change import Change, Comparison, Finding
from latprobe.units import format_amount

_ALLOCATED: Final = ("allocations", "reallocations", "bytes")
_RATES: Final = ("IPC", "branch-miss-rate", "L1d-miss-rate")
_FIGURES: Final = frozenset((*_ALLOCATED, *EVENTS, *_RATES))
_MOST: Final = 8


def count_findings(comparison: Comparison, stage: str | None = None) -> Iterator[Finding]:
    """A sentence for each count that is proven to have changed, of stages and of the total.

    Counts of single kinds are named where no stage's is of all kinds together.

    Args:
        comparison: The comparison.
        stage: The only stage to be looked at; by default all are.
    """
    changed = [
        it
        for it in comparison.changes
        if it.figure in _FIGURES and it.status in ("worse", "better") and stage in (None, it.stage)
    ]
    whole = [it for it in changed if it.kind is None]
    for it in (whole or changed)[:_MOST]:
        yield Finding(_words(it), it.stage, it.kind, "counts")


def _words(it: Change) -> str:
    simulated = " (simulated)" if it.simulated else ""
    assert it.before is not None
    assert it.after is not None
    before, after = (format_amount(value, it.unit) for value in (it.before, it.after))
    if it.figure == "bytes":
        return f"{it.scope} asks for {after} a message where it was {before}"
    each = "" if it.figure in _RATES else " a message"
    moved = "" if it.exact else f" ({it.words})"
    return f"{it.scope} has {after} {it.figure}{each}{simulated} where it was {before}{moved}"
