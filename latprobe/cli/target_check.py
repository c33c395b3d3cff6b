"""What `latprobe target check` looks at."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from latprobe.driver.drive import run_collector
from latprobe.driver.plan import Volume
from latprobe.errors import TargetError
from latprobe.exit_code import ExitCode
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.pipeline.services import service_job
from latprobe.run.model import (
    AllocationPass,
    Collector,
    DigestPass,
    Fork,
    LatencyPass,
    TargetRecord,
)
from latprobe.run.service import ServicePass
from latprobe.scenario import Drive, Scenario, SynthFeed, TargetReference

_MESSAGES = 2_000
_COLLECTORS: tuple[Collector, ...] = ("digest", "latency", "allocations")
_SERVICE_COLLECTORS: tuple[Collector, ...] = ("digest", "service")
_SERVICE_DRIVE = Drive(mode="rate", rate="5k/s")


@dataclass(frozen=True)
class Finding:
    """One thing that was seen; `exit_code` is 0 where it is as it should be."""

    text: str
    exit_code: int = 0


def check_target(
    reference: TargetReference, target: TargetRecord, feed_path: Path | None
) -> list[Finding]:
    """Hands a target some messages, in a process of its own for each pass.

    Raises:
        TargetError: where no feed is named and the target reads none that can be made up.
        FeedError: where the feed that is named is not one.
    """
    feed = prepare_feed(_feed_for(target, feed_path), lambda _: None)
    is_service = target.service is not None
    if target.service is not None and not target.service.is_called:
        reference = msgspec.structs.replace(reference, transport="websocket")
    scenario = Scenario(
        name="check",
        feed=str(feed.path),
        target=reference,
        drive=_SERVICE_DRIVE if is_service else Drive(),
    )
    volume = Volume(0, min(_MESSAGES, feed.messages))
    findings: list[Finding] = []
    with service_job(scenario, feed, volume) as service:
        for collector in _collectors_of(target):
            fork = run_collector(
                collector,
                scenario,
                replayable(feed),
                volume,
                lambda _: None,
                has_threads=bool(target.hops),
                service=service,
            )
            findings += _findings(fork, target)
            if fork.failure is not None:
                break
    return findings


def _collectors_of(target: TargetRecord) -> tuple[Collector, ...]:
    if target.service is None:
        return _COLLECTORS
    return _SERVICE_COLLECTORS if target.service.is_called else ("service",)


def _feed_for(target: TargetRecord, feed_path: Path | None) -> str | SynthFeed:
    if feed_path is not None:
        return str(feed_path)
    match target.protocol:
        case "json" | "itch50" | "fix":
            return SynthFeed(target.protocol, messages=_MESSAGES)
        case "":
            return SynthFeed("json", messages=_MESSAGES)
    raise TargetError(
        f"{target.name} reads {target.protocol}, which cannot be made up: name a feed with --feed"
    )


def _findings(fork: Fork, target: TargetRecord) -> list[Finding]:
    if fork.failure is not None:
        failure = fork.failure
        where = "before the first message"
        if failure.message is not None:
            where = f"at message {failure.message:,}"
        code = ExitCode.FAIL if failure.reason == "refused" else ExitCode.CRASHED
        return [Finding(f"{fork.collector}: {failure.reason} {where}: {failure.detail}", code)]
    match fork.result:
        case DigestPass() as digest:
            # Of a service, much is no answer to a message: it need not say what it understood.
            return _understanding(digest, must_fold=target.service is None)
        case LatencyPass() as latency:
            return _marks(latency, target)
        case ServicePass() as seen:
            return _service(seen, target)
        case AllocationPass() as counted:
            total = sum(kind.total.sum.allocations for kind in counted.kinds)
            return [Finding(f"{total:,} allocations in {counted.messages:,} messages")]
    return []


def _understanding(digest: DigestPass, *, must_fold: bool) -> list[Finding]:
    findings = [
        Finding(
            f"{kind.kind}: {kind.messages:,} {'message' if kind.messages == 1 else 'messages'}"
            + ("" if kind.understood == kind.messages else f", {kind.understood:,} in the digest")
        )
        for kind in digest.kinds
    ]
    findings += [
        Finding(f"{count:,} of {digest.messages:,} messages were rejected: {reason}")
        for reason, count in digest.errors.items()
    ]
    if not digest.kinds:
        findings.append(Finding("not one message was understood", ExitCode.FAIL))
    elif not any(kind.understood for kind in digest.kinds):
        problem = "it folds nothing into the digest, so that nobody can tell whether it is right"
        findings.append(Finding(problem, ExitCode.FAIL if must_fold else ExitCode.PASS))
    return findings


def _service(seen: ServicePass, target: TargetRecord) -> list[Finding]:
    assert target.service is not None
    findings = [
        Finding(
            f"{seen.decided:,} of {seen.messages:,} messages were decided on, and the orders of "
            f"{seen.acknowledged:,} acknowledged"
        )
    ]
    findings += [
        Finding(f"{count:,} times {name}: {seen.error_examples.get(name, '')}")
        for name, count in seen.errors.items()
    ]
    if not seen.decided:
        problem = "it never says that it has decided: `probe.decided(sequence)`"
        findings.append(Finding(problem, ExitCode.FAIL))
    used = {it.row for it in seen.times}
    rows = [*target.service.timers, *(f"{it} wait" for it in target.service.queues)]
    findings += [Finding(f"nothing came to {row}") for row in rows if row not in used]
    return findings


def _marks(latency: LatencyPass, target: TargetRecord) -> list[Finding]:
    marked = {
        stage
        for kind in latency.kinds
        for stage, times in zip(target.stages, kind.stages, strict=True)
        if times is not None
    }
    return [
        Finding(f"stage {stage} is never marked", ExitCode.FAIL)
        for stage in target.stages
        if stage not in marked
    ]
