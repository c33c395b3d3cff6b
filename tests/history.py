"""Run documents for tests of histories, and the index of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from latprobe.run.figures import figures_of
from latprobe.run.matched import MatchPass
from latprobe.run.measured import Measured
from latprobe.run.model import Fork, RunDocument, VerdictRecord
from latprobe.run.service import NamedTimes, ServicePass, SwitchPass
from latprobe.run.store import write_run
from latprobe.run.threads import Ends
from tests.matches import NOTHING_USED, matched
from tests.runs import Counts, MadeRun, stage_times

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
            replace(it, mean_ns=mean_ns, levels={**(it.levels or {}), "mean_ns": mean_ns})
            if it.stage == "total"
            else it
            for it in DOCUMENT.figures
        ),
        verdicts=verdicts,
    )


def forked(place: int, *forks: Counts) -> RunDocument:
    """The run of an hour with one latency fork for each of these counts of its only stage."""
    alone = (MadeRun(times={"add": {"parse": it, "total": it}}, forks=1) for it in forks)
    latencies = [it for run in alone for it in run.document().forks if it.collector == "latency"]
    numbered = tuple(replace(it, index=index) for index, it in enumerate(latencies))
    return replace(
        made(place), forks=numbered, figures=figures_of(Measured(("parse",), (), numbered))
    )


def unlevelled(run: RunDocument) -> RunDocument:
    """The run as it was written before there were levels."""
    return replace(run, figures=tuple(replace(it, levels=None) for it in run.figures))


def served(place: int) -> RunDocument:
    """The run of a service, which counts what no figure of the table holds."""
    times = (NamedTimes("receive", stage_times({100: 10})),)
    service = ServicePass("asyncio", "call", 1_000, 900, 890, times, errors={"cut": 3, "late": 4})
    return _with_results(made(place, scenario="served"), service, SwitchPass(1_000, 2_500))


def paired(place: int) -> RunDocument:
    """The run of two recordings that were matched: of three messages one has no answer."""
    found: MatchPass = matched([(10, "a"), (20, "b"), (30, "c")], [(12, "a"), (25, "b")])
    return _with_results(made(place, scenario="paired"), found)


def _with_results(run: RunDocument, *results: MatchPass | ServicePass | SwitchPass) -> RunDocument:
    collectors = {MatchPass: "match", ServicePass: "service", SwitchPass: "switches"}
    forks = tuple(
        Fork(collectors[type(it)], 0, 1, NOTHING_USED, result=it)  # type: ignore[arg-type]
        for it in results
    )
    return replace(run, forks=forks, ends=Ends(1_000, superseded=5, dropped=6))


def write_all(folder: Path, *runs: RunDocument) -> Path:
    """Writes run documents as `latprobe run` does."""
    for run in runs:
        write_run(run, folder)
    return folder
