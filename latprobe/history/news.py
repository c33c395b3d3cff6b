"""What a team wants to know in the morning: what is red, and what changed."""

from typing import Final

import msgspec
from sqlalchemy import Engine, func, select

from latprobe.history.changes import LEAD, WATCHED, Change, changes_of
from latprobe.history.run_row import RunRow, runs_of
from latprobe.history.selection import Selection
from latprobe.history.series import load_recent
from latprobe.history.tables import RUNS, VERDICTS

DAY_MS: Final = 86_400_000
WEEK_MS: Final = 7 * DAY_MS


class Budget(msgspec.Struct, frozen=True):
    """A verdict on a budget, as the run's own document has it."""

    budget: str
    verdict: str
    figure: float | None
    low: float | None
    high: float | None
    limit: float
    unit: str
    reason: str


class Red(msgspec.Struct, frozen=True):
    """The latest run of a group, where it broke a budget or crashed."""

    run: RunRow
    budgets: tuple[Budget, ...]


class News(msgspec.Struct, frozen=True):
    """What is red in the latest run of each group, and what changed in the last days.

    Attributes:
        runs: How many the index knows.
        latest: The latest run of each group that was measured in those days.
        red: Those of them that broke a budget or crashed.
        changes: The latest first.
    """

    runs: int
    latest: tuple[RunRow, ...]
    red: tuple[Red, ...]
    changes: tuple[Change, ...]


def news(engine: Engine, now_ms: int, *, since_ms: int | None = None) -> News:
    """What is red, and what changed.

    Args:
        engine: The index.
        now_ms: In Unix milliseconds.
        since_ms: From when on; by default for a week.
    """
    since_ms = now_ms - WEEK_MS if since_ms is None else since_ms
    latest = _latest(engine, since_ms)
    series = load_recent(engine, Selection(since_ms=since_ms, figures=WATCHED), lead=LEAD)
    red = [it for it in latest if it.verdict in ("fail", "crashed")]
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(RUNS)) or 0
    budgets = budgets_of(engine, [it.run for it in red])
    return News(
        runs=count,
        latest=tuple(latest),
        red=tuple(
            Red(it, tuple(b for b in budgets.get(it.run, ()) if b.verdict == "fail")) for it in red
        ),
        changes=tuple(changes_of(series, since_ms=since_ms)),
    )


def budgets_of(engine: Engine, runs: list[int]) -> dict[int, list[Budget]]:
    """The verdicts of runs, in the order of their scenarios."""
    found: dict[int, list[Budget]] = {}
    columns = [VERDICTS.c[name] for name in Budget.__struct_fields__]
    with engine.connect() as connection:
        for start in range(0, len(runs), 500):
            statement = (
                select(VERDICTS.c.run, *columns)
                .where(VERDICTS.c.run.in_(runs[start : start + 500]))
                .order_by(VERDICTS.c.run, VERDICTS.c.place)
            )
            for run, *row in connection.execute(statement):
                found.setdefault(run, []).append(Budget(*row))
    return found


def _latest(engine: Engine, since_ms: int) -> list[RunRow]:
    """The latest run of each group that was measured since then."""
    group = (RUNS.c.scenario, RUNS.c.machine_class, RUNS.c.branch)
    place = func.row_number().over(
        partition_by=group, order_by=(RUNS.c.started_ms.desc(), RUNS.c.run.desc())
    )
    ranked = select(RUNS.c.run, place.label("place")).where(RUNS.c.started_ms >= since_ms)
    ranked_runs = ranked.subquery()
    with engine.connect() as connection:
        numbers = connection.scalars(
            select(ranked_runs.c.run).where(ranked_runs.c.place == 1)
        ).all()
    rows = runs_of(engine, list(numbers)).values()
    return sorted(rows, key=lambda it: (it.scenario, it.machine_class, it.branch))
