"""What the dashboard shows, from the history."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Engine

from latprobe.dashboard import model
from latprobe.dashboard.soak_model import SoakRow
from latprobe.history.changes import WATCHED, Change, changes_of
from latprobe.history.news import WEEK_MS, News, budgets_of, news
from latprobe.history.run_row import RunRow, list_runs, utc
from latprobe.history.selection import Selection
from latprobe.history.series import Group, Series, series_of_runs

_SHOWN: Final = (
    *(*WATCHED, "p90", "p99.99", "max", "throughput", "frees", "max bytes"),
    *("simulated L1d-misses", "simulated LLC-misses", "simulated branch-misses"),
    *("instructions", "cycles", "IPC", "L1d-misses", "LLC-misses", "branch-misses", "page-faults"),
    *("superseded", "dropped", "unanswered", "task switches"),
    *(
        "clock step",
        "clock offset",
        "clock offset error",
        "harness cost",
        "stalls",
        "longest stall",
    ),
)


def site_of(
    engine: Engine, now_ms: int, *, runs: int, soaks: tuple[SoakRow, ...] = ()
) -> model.Site:
    """The site of the newest runs, and of what is news this week, however many runs it had.

    Args:
        engine: The index.
        now_ms: In Unix milliseconds.
        runs: How many.
        soaks: What there is of soaks, which are in no history.
    """
    found = news(engine, now_ms)
    rows = _rows(list_runs(engine, Selection(), runs), found)
    groups = sorted({_group(it) for it in rows})
    places = {it.run: place for place, it in enumerate(rows)}
    group_places = {it: place for place, it in enumerate(groups)}
    latest = {_group(it): it for it in rows}
    series = series_of_runs(engine, rows, Selection(figures=_SHOWN))
    return model.Site(
        built=utc(now_ms),
        week=utc(now_ms - WEEK_MS),
        groups=tuple(model.Group(*it) for it in groups),
        latest=tuple(places[latest[it].run] for it in groups),
        runs=tuple(_run(it, group_places[_group(it)]) for it in rows),
        series=tuple(
            model.Series(
                group_places[Group(it.name.scenario, it.name.machine_class, it.name.branch)],
                it.name.stage,
                it.name.figure,
                it.name.unit,
                tuple(places[run.run] for run in it.runs),
                it.values,
            )
            for it in series
        ),
        changes=_changes(series, found, now_ms - WEEK_MS, places),
        budgets=_budgets(engine, [latest[it] for it in groups]),
        soaks=soaks,
    )


def _group(run: RunRow) -> Group:
    return Group(run.scenario, run.machine_class, run.branch)


def _run(it: RunRow, group: int) -> model.Run:
    return model.Run(it.id, it.started, it.commit, it.verdict, group, it.host, it.feed)


def _rows(newest: Sequence[RunRow], found: News) -> list[RunRow]:
    """The runs that are shown, in the order of time."""
    rows = {it.run: it for it in newest}
    for it in found.latest:
        rows[it.run] = it
    for change in found.changes:
        for run in (change.last_before, change.first_after):
            rows[run.run] = run
    return sorted(rows.values(), key=lambda it: (it.started_ms, it.run))


def _changes(
    series: Sequence[Series], found: News, week_ms: int, places: dict[int, int]
) -> tuple[model.Change, ...]:
    """Those of this week as the news have them, and former ones as far as the runs go back."""
    by_name = {it.name: place for place, it in enumerate(series)}
    return tuple(
        model.Change(
            by_name[it.series],
            places[it.last_before.run],
            places[it.first_after.run],
            it.before,
            it.after,
            it.better,
            it.others,
        )
        for it in (*found.changes, *_former(series, week_ms))
    )


def _former(series: Sequence[Series], week_ms: int) -> Iterator[Change]:
    watched = (it for it in series if it.name.figure in WATCHED)
    return (it for it in changes_of(watched) if it.first_after.started_ms < week_ms)


def _budgets(engine: Engine, latest: Sequence[RunRow]) -> tuple[model.Budget, ...]:
    found = budgets_of(engine, [it.run for it in latest])
    return tuple(
        model.Budget(group, it.budget, it.verdict, it.figure, it.limit, it.unit, it.reason)
        for group, run in enumerate(latest)
        for it in found.get(run.run, ())
    )
