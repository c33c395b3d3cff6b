"""Run documents for tests of histories, and the index of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from latprobe.run.model import RunDocument, VerdictRecord
from latprobe.run.store import write_run
from tests.runs import MadeRun

START = datetime(2026, 11, 20, 10, tzinfo=UTC)
WHOLE = MadeRun(times={"add": {"parse": {100: 900, 300: 100}, "total": {100: 900, 300: 100}}})
DOCUMENT = WHOLE.document()


def commit_of(place: int) -> str:
    """The commit that the run of that hour is of."""
    return f"{place:03x}".ljust(40, "f")


def made(
    place: int,
    mean_ns: float = 100.0,
    *,
    scenario: str = "itch50",
    commit: str | None = None,
    branch: str | None = "main",
    host: str = "lab",
    verdict: str | None = None,
) -> RunDocument:
    """The run of an hour, counted from 0, whose total has that mean."""
    started = START + timedelta(hours=place)
    verdicts: tuple[VerdictRecord, ...] = ()
    if verdict is not None:
        verdicts = (VerdictRecord("total: mean < 1us", verdict, mean_ns, None, 1e3, "ns", "so"),)  # type: ignore[arg-type]
    return replace(
        DOCUMENT,
        id=f"{scenario}-{started:%Y%m%dT%H%M%S.%f}Z",
        started=started.isoformat(),
        scenario=replace(DOCUMENT.scenario, name=scenario),
        target=replace(
            DOCUMENT.target,
            git_revision=commit_of(place) if commit is None else commit,
            git_branch=branch,
        ),
        machine=replace(DOCUMENT.machine, hostname=host),
        figures=tuple(
            replace(it, mean_ns=mean_ns) if it.stage == "total" else it for it in DOCUMENT.figures
        ),
        verdicts=verdicts,
    )


def write_all(folder: Path, *runs: RunDocument) -> Path:
    """Writes run documents as `latprobe run` does."""
    for run in runs:
        write_run(run, folder)
    return folder
