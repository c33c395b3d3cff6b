"""What a soak's page shows, out of its folder."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.cli.dashboard.soak_row import soak_budgets_of, started_ms
from latprobe.cli.soak.reading import judged
from latprobe.dashboard.soak_model import Moment, SoakBudget, SoakView, Stage
from latprobe.errors import LatprobeError
from latprobe.report.header import feed_text, target_text
from latprobe.report.soak import pace_text
from latprobe.run.soak_document import SoakDocument
from latprobe.soak.columns import Column, by_column, whole_intervals
from latprobe.soak.document import read_soak
from latprobe.soak.find import FoundSoak
from latprobe.soak.heat import QUANTILES, Heat, HeatReading, heat_in, quantiles_ns
from latprobe.soak.interval_log import tag_of
from latprobe.soak.series import SERIES_NAME, Series, read_series

if TYPE_CHECKING:
    import numpy.typing as npt

_SUMS: Final = (
    *("messages", "errors", "late", "late_by_platform", "allocations", "watched_ns"),
    *("stalls", "stalled_ns", "preempted", "stalls_in_waiting", "stalled_in_waiting_ns"),
)
_LONGEST: Final = ("longest_stall_ns",)
_LAST: Final = ("rss_bytes", "heap_bytes")


def soak_view(found: FoundSoak) -> SoakView:
    """Reads a soak, as far as it can be read.

    Raises:
        SoakError: where the document or the series cannot be read.
    """
    document = read_soak(found.path)
    series = read_series(found.path / SERIES_NAME)
    columns, reading = heat_in(found.path, document, series)
    budgets, problem = _budgets(document, found)
    return SoakView(
        started_ms=started_ms(document),
        facts=_facts(document),
        intervals=whole_intervals(series),
        starts_s=tuple(it.start_s for it in columns),
        ends_s=tuple(it.end_s for it in columns),
        edges_ns=tuple(reading.edges_ns.tolist()),
        quantiles=tuple(name for name, _ in QUANTILES),
        stages=_stages(document, reading),
        panels=_panels(series, columns),
        resumed=tuple(Moment(it.elapsed_s, it.started) for it in document.parts[1:]),
        notices=tuple(Moment(it.elapsed_s, it.words) for it in document.notices),
        budgets=budgets,
        problems=(*reading.problems, *problem),
    )


def _budgets(
    document: SoakDocument, found: FoundSoak
) -> tuple[tuple[SoakBudget, ...], tuple[str, ...]]:
    """The verdicts as they were written, or on what there is of one that has not ended."""
    if document.ended is not None:
        return soak_budgets_of(document.verdicts), ()
    try:
        return soak_budgets_of(judged(document, found.path, ()).verdicts), ()
    # A histogram that is damaged is a ValueError of the core's.
    except (LatprobeError, ValueError) as error:
        return (), (f"budgets cannot be judged: {error}",)


def _facts(document: SoakDocument) -> tuple[tuple[str, str], ...]:
    facts = [
        ("target", target_text(document.target, document.scenario.target)),
        ("feed", "; ".join(feed_text(it) for it in document.feeds)),
        ("pace", pace_text(document.scenario.drive)),
        ("stress", ", ".join(document.settings.stress)),
        ("id", document.id),
    ]
    if document.failure is not None:
        failure = document.failure
        where = "" if failure.message is None else f" at message {failure.message:,}"
        facts.append(("failure", f"{failure.reason}{where}: {failure.detail}"))
    if document.lost_intervals:
        facts.append(("lost", f"{document.lost_intervals:,} intervals could not be written"))
    return tuple((name, words) for name, words in facts if words)


def _stages(document: SoakDocument, reading: HeatReading) -> tuple[Stage, ...]:
    """Response time first, since that is what a user of the target waits for."""
    names = {tag_of(it): it for it in ("response", "total", *document.target.stages)}
    tags = [*(it for it in names if it in reading.heats)]
    tags += [it for it in reading.heats if it not in names]
    return tuple(_stage(names.get(it, it), reading.heats[it]) for it in tags)


def _stage(name: str, heat: Heat) -> Stage:
    return Stage(
        name,
        heat.whole.count,
        tuple(quantiles_ns(heat.whole)),
        tuple(tuple(it) for it in heat.quantiles_ns.tolist()),
        tuple(_filled(it) for it in heat.counts),
    )


def _filled(counts: "npt.NDArray[np.int64]") -> tuple[int, ...]:
    places = np.flatnonzero(counts)
    if not len(places):
        return ()
    first, last = int(places[0]), int(places[-1])
    return (first, *counts[first : last + 1].tolist())


def _panels(series: Series, columns: Sequence[Column]) -> dict[str, tuple[float, ...]]:
    kinds = ((_SUMS, np.sum), (_LONGEST, np.max), (_LAST, lambda known: known[-1]))
    return {
        name: by_column(series.column(name), columns, take)
        for names, take in kinds
        for name in names
    }
