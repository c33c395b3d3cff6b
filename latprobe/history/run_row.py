"""Runs, as the index knows them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine, select

from latprobe.history.selection import Selection, of_runs
from latprobe.history.tables import RUNS


class RunRow(msgspec.Struct, frozen=True):
    """A run; the names of its attributes are those of the columns.

    `commit` and `branch` are empty where they are not known. `verdict` is the worst of its budgets'
    (`none` without any), or `crashed`.
    """

    run: int
    id: str
    started_ms: int
    seconds: float
    scenario: str
    commit: str
    branch: str
    host: str
    machine_class: str
    feed: str
    feed_sha256: str
    target: str
    target_sha256: str
    latprobe_version: str
    messages: int
    verdict: str

    @property
    def started(self) -> str:
        """When it was measured, in UTC."""
        return utc(self.started_ms)


COLUMNS = tuple(RUNS.c[name] for name in RunRow.__struct_fields__)


def utc(milliseconds: int) -> str:
    """A time in UTC, to the second: `2026-11-20 10:15:00`."""
    return f"{datetime.fromtimestamp(milliseconds / 1_000, UTC):%Y-%m-%d %H:%M:%S}"


def list_runs(engine: Engine, wanted: Selection, limit: int | None) -> list[RunRow]:
    """The runs that are asked for, the newest first."""
    statement = of_runs(select(*COLUMNS), wanted).order_by(
        RUNS.c.started_ms.desc(), RUNS.c.run.desc()
    )
    with engine.connect() as connection:
        return [RunRow(*row) for row in connection.execute(statement.limit(limit))]


def runs_of(engine: Engine, numbers: Sequence[int]) -> dict[int, RunRow]:
    """Runs by their numbers."""
    found: dict[int, RunRow] = {}
    with engine.connect() as connection:
        for start in range(0, len(numbers), 500):
            some = numbers[start : start + 500]
            for row in connection.execute(select(*COLUMNS).where(RUNS.c.run.in_(some))):
                found[row[0]] = RunRow(*row)
    return found
