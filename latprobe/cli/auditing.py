"""Auditing a scenario from its file to its judged run document."""

import datetime
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from latprobe.comparator import Budget, judge_run
from latprobe.comparator.figure import Measure
from latprobe.driver.plan import plan_audit, volume_of
from latprobe.driver.steps import Progress, drive_steps
from latprobe.errors import ScenarioError
from latprobe.pipeline.feeds import Notice, prepare_feed, record_of, replayable
from latprobe.pipeline.part import feed_name
from latprobe.pipeline.services import service_job
from latprobe.pipeline.suite import Prepared
from latprobe.run.assemble import assemble, with_verdicts
from latprobe.run.audit import AuditSettings, ZeroBudget
from latprobe.run.audit_warnings import audit_warnings
from latprobe.run.call_sites import CallSitePass
from latprobe.run.model import Fork, RunDocument
from latprobe.target import locate

_COUNTED = (Measure.AMOUNT, Measure.MOST)


def audit_scenario(
    prepared: Prepared,
    own: Sequence[Path],
    notice: Notice,
    on_progress: Callable[[Progress], None],
    capture: Path | None = None,
) -> RunDocument:
    """Audits a scenario, and judges its budgets on what is counted.

    Of a Python target, memray's own file is kept in `capture`, where there is one.

    Raises:
        LatprobeError: where the target reads another protocol than the feed, or the feed cannot be
            read.
    """
    scenario, target = prepared.scenario, prepared.target
    feed = prepare_feed(scenario.feed, notice)
    if target.protocol not in ("", feed.protocol):
        raise ScenarioError(
            f"{target.name} reads {target.protocol}, and {feed.path} is {feed.protocol}: name "
            "another feed"
        )
    volume = volume_of(scenario.drive, feed.messages)
    started = datetime.datetime.now(datetime.UTC)
    with service_job(scenario, feed, volume) as service:
        forks = drive_steps(
            scenario,
            replayable(feed),
            volume,
            plan_audit(is_service=service is not None),
            on_progress,
            has_threads=bool(target.hops),
            capture=capture,
            service=service,
        )
    notice("looking up symbols")
    run, measured = assemble(
        scenario,
        record_of(feed, feed_name(scenario.feed)),
        target,
        started=started,
        spans=prepared.spans,
        warmup=volume.warmup,
        messages=volume.measured,
        forks=[_located(fork) for fork in forks],
        harness_cost_ns=None,
        platform=None,
        allocator=prepared.allocator,
    )
    counted = [it for it in prepared.budgets if it.figure.measure in _COUNTED]
    settings = AuditSettings(
        os.getcwd(), tuple(str(path.resolve()) for path in own), tuple(_zero_budgets(counted))
    )
    identity = f"{scenario.name}-audit{run.id.removeprefix(scenario.name)}"
    run = msgspec.structs.replace(run, id=identity, audit=settings)
    run = msgspec.structs.replace(run, warnings=audit_warnings(run, measured))
    return with_verdicts(run, judge_run(scenario, measured, counted))


def _located(fork: Fork) -> Fork:
    if not isinstance(fork.result, CallSitePass):
        return fork
    return msgspec.structs.replace(fork, result=locate(fork.result))


def _zero_budgets(budgets: Sequence[Budget]) -> list[ZeroBudget]:
    """Those that allow none at all."""
    found = []
    for it in budgets:
        if it.limit.value != 0 or it.operator not in ("==", "<="):
            continue
        match it.figure.counted:
            case "allocations" | "frees" | "reallocations" | "bytes" as counted:
                scope = it.scope
                found.append(ZeroBudget(it.text, counted, scope.first, scope.last, scope.kind))
    return found
