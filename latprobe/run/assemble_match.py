"""From recordings that were matched to a run document."""

import datetime
from collections.abc import Sequence
from importlib.metadata import version

from latprobe.run.figures import figures_of
from latprobe.run.machine import describe_machine
from latprobe.run.match_warnings import match_warnings
from latprobe.run.matched import MatchPass
from latprobe.run.measured import Measured
from latprobe.run.model import (
    Calibration,
    ClockReading,
    FeedRecord,
    Fork,
    Instrument,
    Resources,
    RunDocument,
    TargetRecord,
)
from latprobe.scenario import (
    MatchSettings,
    Scenario,
    clock_error_ns,
    clock_offset_ns,
    granularity_ns,
)

MATCHED = "match"
"""Family of all programs that were not run, but whose recordings were matched."""


def matched_fork(
    index: int, result: MatchPass, settings: MatchSettings, resources: Resources
) -> Fork:
    """One pair of recordings as one fork: what a figure's uncertainty counts."""
    return Fork("match", index, None, resources, _instrument(result, settings), result)


def assemble_match(
    scenario: Scenario, feed: FeedRecord, forks: Sequence[Fork], started: datetime.datetime
) -> tuple[RunDocument, Measured]:
    """Puts a run together; verdicts are added once they are known, see `with_verdicts`.

    Args:
        scenario: With how recordings were matched.
        feed: What went in, first of all.
        forks: One for each pair of recordings.
        started: When.
    """
    measured = Measured((), (), forks)
    ended = datetime.datetime.now(datetime.UTC)
    run = RunDocument(
        id=f"{scenario.name}-{started:%Y%m%dT%H%M%S.%f}Z",
        started=started.isoformat(),
        seconds=(ended - started).total_seconds(),
        latprobe_version=version("latprobe"),
        scenario=scenario,
        feed=feed,
        target=_between(scenario, feed, measured.kinds),
        machine=describe_machine(),
        spans=(),
        warmup=0,
        messages=sum(result.pairs.paired for result in measured.matches),
        forks=tuple(forks),
        figures=figures_of(measured),
        warnings=match_warnings(scenario, measured),
    )
    return run, measured


def _between(scenario: Scenario, feed: FeedRecord, kinds: tuple[str, ...]) -> TargetRecord:
    """The program between two recordings, of which nothing is known but these."""
    return TargetRecord(
        library="",
        name=scenario.name,
        family=MATCHED,
        description="a program between two recordings",
        protocol=feed.protocol,
        stages=(),
        kinds=kinds,
        errors=(),
        sha256="",
        build_id=None,
        git_revision=None,
    )


def _instrument(result: MatchPass, settings: MatchSettings) -> Instrument:
    """The recordings' times: the coarser of the two, unless it is said what they are."""
    stated_ns = granularity_ns(settings)
    measured_ns = float(max(result.ins.step_ns, result.outs.step_ns))
    step_ns = measured_ns if stated_ns is None else stated_ns
    sides = f"{result.ins.step_ns:,} ns in and {result.outs.step_ns:,} ns out"
    reason = f"measured, {sides}" if stated_ns is None else f"as stated; measured, {sides}"
    return Instrument(
        ClockReading("recordings", 1e9 / step_ns, step_ns, 0.0, reason),
        # A bound either way is taken for two standard errors, which is what intervals allow for.
        Calibration(float(clock_offset_ns(settings)), clock_error_ns(settings) / 2, 1.0, 0.0),
    )
