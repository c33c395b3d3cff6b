"""What `latprobe target check` looks at."""

from dataclasses import dataclass
from pathlib import Path

from latprobe.driver.drive import run_collector
from latprobe.driver.plan import Volume
from latprobe.errors import TargetError
from latprobe.exit_code import ExitCode
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.run.model import (
    AllocationPass,
    Collector,
    DigestPass,
    Fork,
    LatencyPass,
    TargetRecord,
)
from latprobe.scenario import Drive, Scenario, SynthFeed, TargetReference

_MESSAGES = 2_000
_COLLECTORS: tuple[Collector, ...] = ("digest", "latency", "allocations")


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
    scenario = Scenario(
        name="check",
        feed=str(feed.path),
        target=reference,
        drive=Drive(),
    )
    volume = Volume(0, min(_MESSAGES, feed.messages))
    findings: list[Finding] = []
    for collector in _COLLECTORS:
        fork = run_collector(
            collector,
            scenario,
            replayable(feed),
            volume,
            lambda _: None,
            has_threads=bool(target.hops),
        )
        findings += _findings(fork, target)
        if fork.failure is not None:
            break
    return findings


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
            return _understanding(digest)
        case LatencyPass() as latency:
            return _marks(latency, target)
        case AllocationPass() as counted:
            total = sum(kind.total.sum.allocations for kind in counted.kinds)
            return [Finding(f"{total:,} allocations in {counted.messages:,} messages")]
    return []


def _understanding(digest: DigestPass) -> list[Finding]:
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
        findings.append(Finding(problem, ExitCode.FAIL))
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
