"""A soak as lists have it: out of its document and its series."""

from datetime import UTC, datetime

from latprobe.dashboard.soak_files import soak_file
from latprobe.dashboard.soak_model import SoakBudget, SoakRow
from latprobe.errors import LatprobeError, SoakError
from latprobe.history.run_row import utc
from latprobe.run.conditions import class_of_machines, machine_text
from latprobe.run.model import VerdictRecord
from latprobe.run.soak_document import SoakDocument
from latprobe.soak.columns import whole_intervals
from latprobe.soak.document import read_soak
from latprobe.soak.find import FoundSoak
from latprobe.soak.series import SERIES_NAME, read_series

_YEAR_10000_MS = 253_402_300_800_000


def soak_row(found: FoundSoak) -> SoakRow:
    """What there is to say of it; the row of one that cannot be read says why."""
    if found.problem:
        return SoakRow("", found.name, problem=found.problem)
    try:
        document = read_soak(found.path)
        started = utc(round(started_ms(document)))
    except LatprobeError as error:
        return SoakRow("", found.name, problem=str(error))
    soaked_s = messages = 0.0
    problem = ""
    try:
        series = read_series(found.path / SERIES_NAME)
        count = whole_intervals(series)
        soaked_s = float(series.column("seconds")[:count].sum())
        messages = float(series.column("messages")[:count].sum())
    except LatprobeError as error:
        problem = str(error)
    clocks = [it.instrument.clock for it in document.parts]
    budgets = soak_budgets_of(document.verdicts)
    return SoakRow(
        file="" if problem else soak_file(found.stamp),
        name=found.name,
        scenario=document.scenario.name,
        machine=machine_text(class_of_machines(document.machine, clocks)),
        branch=document.target.git_branch or "",
        commit=document.target.git_revision or "",
        host=document.machine.hostname,
        started=started,
        state=_state(document),
        verdict=_verdict(document),
        broken=tuple(it for it in budgets if it.verdict == "fail"),
        soaked_s=soaked_s,
        planned_s=document.settings.duration_s,
        messages=messages,
        problem=problem,
    )


def started_ms(document: SoakDocument) -> float:
    """When it was started, in Unix milliseconds.

    Raises:
        SoakError: where it does not say.
    """
    try:
        started = datetime.fromisoformat(document.started)
        found = started.replace(tzinfo=started.tzinfo or UTC).timestamp() * 1_000
    except (ValueError, OverflowError) as error:
        raise SoakError(f"{document.id}: `started`: is no time: {error}") from error
    if not 0 <= found < _YEAR_10000_MS:
        raise SoakError(f"{document.id}: `started`: is no time that a soak can be of")
    return found


def soak_budgets_of(verdicts: tuple[VerdictRecord, ...]) -> tuple[SoakBudget, ...]:
    """Verdicts as pages have them."""
    return tuple(
        SoakBudget(it.budget, it.verdict, it.figure, it.limit, it.unit, it.reason)
        for it in verdicts
    )


def _state(document: SoakDocument) -> str:
    if document.ended is None:
        return "not at its end"
    return f"ended early by {document.ended_by}" if document.ended_by else "whole"


def _verdict(document: SoakDocument) -> str:
    if document.failure is not None:
        return "crashed"
    found = {it.verdict for it in document.verdicts}
    return next((it for it in ("fail", "unproven", "pass") if it in found), "none")
