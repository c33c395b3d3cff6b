"""Which runs and which series are asked for."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select

from latprobe.history.tables import RUNS, SERIES


class Selection(msgspec.Struct, frozen=True):
    """What is asked for; None for all.

    Attributes:
        scenario: By name.
        branch: By name; empty for runs that know none.
        machine_class: A part of its description, such as `EPYC`.
        commit: Its first characters.
        since_ms: Runs that started at this time or later, in Unix milliseconds.
        stages: By name.
        figures: By name, as budgets write them.
        kind: A message kind; empty for all kinds together.
    """

    scenario: str | None = None
    branch: str | None = None
    machine_class: str | None = None
    commit: str | None = None
    since_ms: int | None = None
    stages: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    kind: str | None = ""


def of_runs(statement: Select[Any], wanted: Selection) -> Select[Any]:
    """The statement, of the runs that are asked for alone."""
    clauses: list[ColumnElement[bool]] = []
    if wanted.scenario is not None:
        clauses.append(RUNS.c.scenario == wanted.scenario)
    if wanted.branch is not None:
        clauses.append(RUNS.c.branch == wanted.branch)
    if wanted.machine_class is not None:
        clauses.append(RUNS.c.machine_class.contains(wanted.machine_class, autoescape=True))
    if wanted.commit is not None:
        clauses.append(RUNS.c.commit.startswith(wanted.commit, autoescape=True))
    if wanted.since_ms is not None:
        clauses.append(RUNS.c.started_ms >= wanted.since_ms)
    return statement.where(*clauses)


def of_series(statement: Select[Any], wanted: Selection) -> Select[Any]:
    """The statement, of the series that are asked for alone."""
    clauses: list[ColumnElement[bool]] = []
    if wanted.stages:
        clauses.append(SERIES.c.stage.in_(wanted.stages))
    if wanted.figures:
        clauses.append(SERIES.c.figure.in_(wanted.figures))
    if wanted.kind is not None:
        clauses.append(SERIES.c.kind == wanted.kind)
    return statement.where(*clauses)
