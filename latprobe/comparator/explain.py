"""What explains a change: which stage, which kind, which part of the distribution, what else.

The sentences say what was found beside the change, with its figures. That one is the other's cause
is for people to judge.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from latprobe.comparator.explain_counts import count_findings
from latprobe.comparator.explain_parts import kind_findings, stage_findings, sum_ns
from latprobe.comparator.explain_platform import platform_findings
from latprobe.comparator.explain_shape import shape_finding
from latprobe.comparator.explain_tail import tail_findings
from latprobe.comparator.observed import measured_of
from latprobe.run.change import Change, Comparison, Finding
from latprobe.run.measured import TOTAL, Measured, merged
from latprobe.run.model import RunDocument

_MOST_SCOPES: Final = 4
"""Kinds of the total that are looked at, and further distributions, besides those of all rows."""

_WHOLE_MEAN: Final = (TOTAL, None, "mean")

Scope = tuple[str, str | None]


def explain_comparison(
    comparison: Comparison, before: RunDocument, after: RunDocument
) -> Comparison:
    """The same comparison, with what explains its changes.

    Args:
        comparison: Of these runs.
        before: The first run.
        after: The second.

    Raises:
        NativeError: for a histogram that is damaged.
    """
    old, new = measured_of(before), measured_of(after)
    parts = [*stage_findings(old, new), *kind_findings(old, new)]
    shapes = [*_shapes(comparison, old, new)]
    findings = [
        *(parts if _mean_moved(comparison) else ()),
        *shapes,
        *tail_findings(comparison, shapes),
        *count_findings(comparison, None if len(new.stages) > 1 else TOTAL),
    ]
    if not findings:
        findings = [Finding("nothing has moved that could be told", "", None, "shift")]
    findings += platform_findings(before, after)
    return msgspec.structs.replace(comparison, findings=tuple(findings))


def _mean_moved(comparison: Comparison) -> bool:
    """Whether it is proven that the mean of the whole is another; else its parts are noise."""
    means = (it for it in comparison.changes if (it.stage, it.kind, it.figure) == _WHOLE_MEAN)
    return any(it.interval is not None and not _holds_1(it.interval) for it in means)


def _holds_1(interval: tuple[float, float]) -> bool:
    return interval[0] <= 1 <= interval[1]


def _shapes(comparison: Comparison, old: Measured, new: Measured) -> Iterator[Finding]:
    step_ns = max(
        (it.clock.granularity_ns for it in (*old.instruments, *new.instruments)), default=1
    )
    shifted = set()
    for stage, kind in _scopes(comparison, old, new):
        finding = shape_finding(old, new, stage, kind, step_ns)
        # Where a whole stage moved, that its kinds did as well is no news.
        if finding is not None and not (finding.topic == "shift" and stage in shifted):
            yield finding
        if finding is not None and kind is None and finding.topic == "shift":
            shifted.add(stage)


def _scopes(comparison: Comparison, old: Measured, new: Measured) -> list[Scope]:
    """The total, the other rows, the kinds that moved most, and what was proven besides.

    A tail that alone moved need not show in any figure that was tested, so that scopes without a
    proven change are looked at as well.
    """
    moved = [it for it in comparison.changes if it.unit == "ns" and _is_plain(it)]
    # The only stage is the whole message, but for the call.
    rows = [it for it in new.rows if it in old.rows and (it == TOTAL or len(new.stages) > 1)]
    proven = [it for it in moved if it.status in ("worse", "better") and it.stage in rows]
    scopes: dict[Scope, None] = {(TOTAL, None): None}
    scopes.update({(row, None): None for row in rows})
    kinds = new.kinds if len(new.kinds) > 1 else ()
    moved_kinds = sorted(kinds, key=lambda it: -abs(_each_ns(new, it) - _each_ns(old, it)))
    scopes.update({(TOTAL, kind): None for kind in moved_kinds[:_MOST_SCOPES]})
    further = dict.fromkeys((it.stage, it.kind) for it in proven)
    scopes.update(dict.fromkeys([it for it in further if it not in scopes][:_MOST_SCOPES]))
    return [it for it in scopes if old.times(*it) and new.times(*it)]


def _each_ns(measured: Measured, kind: str) -> float:
    """The time of all messages of a kind, for one message of any."""
    whole = merged(measured.times(TOTAL)).count
    return sum_ns(measured, TOTAL, kind) / whole if whole else 0.0


def _is_plain(change: Change) -> bool:
    return not change.figure.startswith(("response", "cold", "idle"))
