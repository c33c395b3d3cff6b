"""Series: a figure of a stage over the runs of a scenario, on one class of machines and branch."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Engine, and_, select

from latprobe.history.run_row import COLUMNS, RunRow
from latprobe.history.selection import Selection, of_runs, of_series
from latprobe.history.tables import POINTS, RUNS, SERIES

_MANY: Final = 500


class Group(NamedTuple):
    """Runs that are compared with each other."""

    scenario: str
    machine_class: str
    branch: str


class SeriesName(msgspec.Struct, frozen=True, order=True):
    """What a series is of; `kind` is empty for all message kinds together."""

    scenario: str
    machine_class: str
    branch: str
    stage: str
    kind: str
    figure: str
    unit: str


class Series(msgspec.Struct, frozen=True):
    """A figure over runs, in the order of time: a value for each run.

    Changes are judged by `levels`, see the run document's; None for a run that has none of it.
    """

    name: SeriesName
    runs: tuple[RunRow, ...]
    values: tuple[float, ...]
    levels: tuple[float | None, ...]


def load_series(engine: Engine, wanted: Selection) -> list[Series]:
    """The series that are asked for, by name."""
    with engine.connect() as connection:
        runs = [RunRow(*row) for row in connection.execute(of_runs(select(*COLUMNS), wanted))]
    return series_of_runs(engine, runs, wanted)


def load_recent(engine: Engine, wanted: Selection, *, lead: int) -> list[Series]:
    """The same, with so many runs of each group before them, which changes are judged by."""
    if wanted.since_ms is None:
        return load_series(engine, wanted)
    runs: list[RunRow] = []
    with engine.connect() as connection:
        for group in groups(engine, wanted):
            within = and_(
                RUNS.c.scenario == group.scenario,
                RUNS.c.machine_class == group.machine_class,
                RUNS.c.branch == group.branch,
            )
            newest = select(*COLUMNS).where(within, RUNS.c.started_ms >= wanted.since_ms)
            before = select(*COLUMNS).where(within, RUNS.c.started_ms < wanted.since_ms)
            before = before.order_by(RUNS.c.started_ms.desc()).limit(lead)
            for statement in (newest, before):
                runs += [RunRow(*row) for row in connection.execute(statement)]
    return series_of_runs(engine, runs, wanted)


def groups(engine: Engine, wanted: Selection) -> list[Group]:
    """The groups of which there are runs that are asked for."""
    columns = (RUNS.c.scenario, RUNS.c.machine_class, RUNS.c.branch)
    statement = of_runs(select(*columns).distinct(), wanted).order_by(*columns)
    with engine.connect() as connection:
        return [Group(*row) for row in connection.execute(statement)]


def series_of_runs(engine: Engine, runs: Sequence[RunRow], wanted: Selection) -> list[Series]:
    """The series that are asked for, over these runs."""
    ordered = sorted(runs, key=lambda it: (it.started_ms, it.run))
    found: dict[SeriesName, list[tuple[RunRow, float, float | None]]] = {}
    with engine.connect() as connection:
        columns = (SERIES.c.series, SERIES.c.stage, SERIES.c.kind, SERIES.c.figure, SERIES.c.unit)
        rows = connection.execute(of_series(select(*columns), wanted))
        about = {row[0]: tuple(row[1:]) for row in rows}
        if not about:
            return []
        points = select(POINTS.c.run, POINTS.c.series, POINTS.c.value, POINTS.c.level)
        points = points.where(POINTS.c.series.in_(about))
        names: dict[tuple[Group, int], SeriesName] = {}
        for start in range(0, len(ordered), _MANY):
            some = {it.run: it for it in ordered[start : start + _MANY]}
            by_run: dict[int, list[tuple[int, float, float | None]]] = {it: [] for it in some}
            rows = connection.execute(points.where(POINTS.c.run.in_(some)))
            for run, series, value, level in rows:
                by_run[run].append((series, value, level))
            for number, measured in by_run.items():
                row = some[number]
                group = Group(row.scenario, row.machine_class, row.branch)
                for series, value, level in measured:
                    name = names.get((group, series))
                    if name is None:
                        name = names[group, series] = SeriesName(*group, *about[series])
                        found[name] = []
                    found[name].append((row, value, level))
    return [Series(name, *zip(*it, strict=True)) for name, it in sorted(found.items())]
