"""Changes of level in series, and the runs and commits that they lie between."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from latprobe.history.entry import is_exact
from latprobe.history.run_row import RunRow
from latprobe.history.series import Series, SeriesName
from latprobe.stats.change_points import AFTER, BEFORE, change_points

LEAD: Final = max(BEFORE) + max(AFTER)
"""How many earlier runs a change is judged by, at most."""

WATCHED: Final = (
    *("mean", "p50", "p99", "p99.9", "cost", "response p99", "response p99.9"),
    *("allocations", "max allocations", "bytes", "errors", "simulated instructions"),
)
"""Figures that are looked at unless others are asked for. Each one more is one more that chance may
move."""

AT_LEAST: Final = 0.01
"""The smallest change of what is timed that is told of, unless another is asked for. Of what is
counted exactly, every change is."""

_MORE_IS_BETTER: Final = ("throughput", "IPC", "simulated IPC")


class Change(msgspec.Struct, frozen=True):
    """A level that changed between two runs.

    Attributes:
        series: Of what.
        before: Median of the levels of the runs before, that it was held against; of their values,
            where any of these runs has no level.
        after: The same of the runs since, until it was found.
        ratio: The one after for the one before; None where that was 0.
        better: Whether it changed for the better.
        last_before: The last run before.
        first_after: The first run after.
        found: The run with which it was found.
        probability: Of such a distance by chance, at this place; 0 for what is counted exactly.
        others: What else is not the same in the two runs: `feed`, `latprobe`.
    """

    series: SeriesName
    before: float
    after: float
    ratio: float | None
    better: bool
    last_before: RunRow
    first_after: RunRow
    found: RunRow
    probability: float
    others: tuple[str, ...] = ()

    @property
    def size(self) -> float:
        """How large it is, either way: 0.05 for 5 % up; infinite where it was 0 before."""
        return float("inf") if self.ratio is None else abs(self.ratio - 1)


def changes_of(
    series: Iterable[Series],
    *,
    at_least: float | None = None,
    since_ms: int | None = None,
    commit: str = "",
) -> list[Change]:
    """The changes in series, the latest first, and of one run the largest first.

    Args:
        series: With the runs before `since_ms` that they are judged by.
        at_least: The smallest relative change; None for `AT_LEAST`, and for any at all of what is
            counted exactly.
        since_ms: Changes whose first run started at this time or later.
        commit: First characters of the commit of the run before or of that after.
    """
    found: list[Change] = []
    for one in series:
        found += _changes(one, at_least, since_ms or 0, commit)
    return sorted(found, key=lambda it: (-it.first_after.started_ms, -it.size, it.series))


def _changes(
    series: Series, at_least: float | None, since_ms: int, commit: str
) -> Iterator[Change]:
    exact = is_exact(series.name.figure)
    if at_least is None:
        at_least = 0.0 if exact else AT_LEAST
    for point in change_points(series.values, series.levels, at_least=at_least, exact=exact):
        last, first = series.runs[point.index - 1], series.runs[point.index]
        if first.started_ms < since_ms:
            continue
        if not (last.commit.startswith(commit) or first.commit.startswith(commit)):
            continue
        up = point.after > point.before
        yield Change(
            series=series.name,
            before=point.before,
            after=point.after,
            ratio=point.ratio,
            better=up == (series.name.figure in _MORE_IS_BETTER),
            last_before=last,
            first_after=first,
            found=series.runs[point.found],
            probability=point.probability,
            others=tuple(_others(last, first)),
        )


def _others(last: RunRow, first: RunRow) -> Iterator[str]:
    if last.feed_sha256 != first.feed_sha256:
        yield "feed"
    if last.latprobe_version != first.latprobe_version:
        yield "latprobe"
