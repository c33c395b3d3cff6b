"""Made runs with what paced driving and other conditions add to them."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from latprobe.run.figures import figures_of
from latprobe.run.measured import Measured
from latprobe.run.model import (
    Condition,
    Fork,
    LatencyPass,
    RunDocument,
)
from latprobe.run.pacing import Pacing, Watched
from latprobe.run.warnings import warnings_of
from latprobe.scenario import Drive
from tests.runs import Counts, platform, stage_times

KEPT = Pacing(
    late=0,
    late_by_driver=0,
    worst_by_driver_ns=15.0,
    worst_ns=40.0,
    worst_message=7,
    first_message=None,
    first_due_ns=0.0,
    last_ns=12.0,
    planned_ns=1e9,
    pauses=0,
    paused_ns=0.0,
    waiting=Watched(0.996e9, 0, 0.0, 0.0),
    bookkeeping=Watched(3e6, 0, 0.0, 0.0),
    service=Watched(1e6, 0, 0.0, 0.0),
    page_faults=0,
)
"""A plan of a second in which nobody was late."""


def paced(
    run: RunDocument, drive: Drive, response: Counts, pacings: Sequence[Pacing] = (KEPT, KEPT)
) -> RunDocument:
    """The same run by a plan: each kind has these response times, each latency fork a pacing."""
    forks, left = [], list(pacings)
    for fork in run.forks:
        result = fork.result
        if isinstance(result, LatencyPass):
            kinds = tuple(replace(it, response=stage_times(response)) for it in result.kinds)
            result = replace(result, kinds=kinds, pacing=left.pop(0))
        forks.append(replace(fork, result=result))
    return _with_forks(run, forks, drive)


def conditioned(
    run: RunDocument, drive: Drive, conditions: Mapping[Condition, Mapping[str, object]]
) -> RunDocument:
    """The same run with latency forks under conditions, which measure what the warm ones did."""
    forks = list(run.forks)
    for fork in run.forks:
        if isinstance(fork.result, LatencyPass):
            for condition, driving in conditions.items():
                result = replace(fork.result, driving={condition: driving})
                forks.append(replace(fork, result=result, condition=condition))
    return _with_forks(run, forks, drive)


def _with_forks(run: RunDocument, forks: Sequence[Fork], drive: Drive) -> RunDocument:
    measured = Measured(run.target.stages, run.spans, forks)
    return replace(
        run,
        forks=tuple(forks),
        scenario=replace(run.scenario, drive=drive),
        figures=figures_of(measured),
        warnings=warnings_of(measured, run.platform or platform({})),
    )
