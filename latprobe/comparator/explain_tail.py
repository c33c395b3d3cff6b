"""Tails that pairs of forks show to have moved, where no distribution by itself does."""

from collections.abc import Iterator, Sequence
from typing import Final

from latprobe.run.change import TAIL, Change, Comparison, Finding
from latprobe.units import format_share

_BODY: Final = ("p50", "p90")


def tail_findings(comparison: Comparison, shapes: Sequence[Finding]) -> Iterator[Finding]:
    """A sentence for each row whose tail moved, unless its shape has been told.

    Args:
        comparison: Of runs whose forks ran in pairs; others have no such figure.
        shapes: What is said of distributions already.
    """
    told = {(it.stage, it.kind) for it in shapes}
    for it in comparison.changes:
        is_moved = it.figure == TAIL and it.status in ("worse", "better")
        if not is_moved or (it.stage, it.kind) in told or it.before is None or it.after is None:
            continue
        where = it.stage if it.kind is None else f"{it.stage}[{it.kind}]"
        alone = "alone moved" if _is_body_still(comparison, it) else "moved"
        shares = f"{format_share(it.after)} of them where {format_share(it.before)} were"
        words = f"{where}: the tail {alone}: {it.words}, {shares}"
        yield Finding(words, it.stage, it.kind, "tail")


def _is_body_still(comparison: Comparison, tail: Change) -> bool:
    """Whether no median and no p90 of the row is proven to have moved."""
    return not any(
        it.status in ("worse", "better")
        for it in comparison.changes
        if (it.stage, it.kind) == (tail.stage, tail.kind) and it.figure in _BODY
    )
