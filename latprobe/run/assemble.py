"""From forks to a run document."""

import datetime
from collections.abc import Sequence
from importlib.metadata import version

import msgspec

from latprobe.run.allocator import AllocatorRecord
from latprobe.run.counters import Unsupported
from latprobe.run.figures import depths_of, figures_of
from latprobe.run.machine import describe_machine
from latprobe.run.measured import Measured
from latprobe.run.memory_figures import memory_figures
from latprobe.run.model import FeedRecord, Fork, RunDocument, Span, TargetRecord, VerdictRecord
from latprobe.run.noise import Noise
from latprobe.run.noise_warnings import noise_warnings
from latprobe.run.platform import Platform
from latprobe.run.threads import Skew
from latprobe.run.warnings import warnings_of
from latprobe.scenario import Scenario


def assemble(
    scenario: Scenario,
    feed: FeedRecord,
    target: TargetRecord,
    *,
    started: datetime.datetime,
    spans: Sequence[Span],
    warmup: int,
    messages: int,
    forks: Sequence[Fork],
    harness_cost_ns: float | None,
    platform: Platform | None,
    skews: Sequence[Skew] = (),
    unsupported: Sequence[Unsupported] = (),
    noise: Noise | None = None,
    allocator: AllocatorRecord | None = None,
    is_watched: bool = True,
) -> tuple[RunDocument, Measured]:
    """Puts a run together; verdicts are added once they are known, see `with_verdicts`.

    `is_watched` where an idle control was to watch the platform.
    """
    measured = Measured(target.stages, spans, forks, target.hops, skews, unsupported)
    if target.learns_kinds and measured.digest is not None:
        seen = (*target.kinds, *(it.kind for it in measured.digest.kinds))
        errors = tuple(measured.digest.errors)
        target = msgspec.structs.replace(target, kinds=tuple(dict.fromkeys(seen)), errors=errors)
    ended = datetime.datetime.now(datetime.UTC)
    run = RunDocument(
        id=f"{scenario.name}-{started:%Y%m%dT%H%M%S.%f}Z",
        started=started.isoformat(),
        seconds=(ended - started).total_seconds(),
        latprobe_version=version("latprobe"),
        scenario=scenario,
        feed=feed,
        target=target,
        machine=describe_machine(),
        spans=tuple(spans),
        warmup=warmup,
        messages=messages,
        forks=tuple(forks),
        figures=figures_of(measured),
        warnings=(
            *warnings_of(measured, platform, is_watched=is_watched),
            *(() if noise is None else noise_warnings(noise, forks)),
        ),
        harness_cost_ns=harness_cost_ns,
        platform=platform,
        depths=depths_of(measured),
        ends=measured.ends,
        skews=tuple(skews),
        unsupported=tuple(unsupported),
        noise=noise,
        memory=tuple(memory_figures(measured)),
        allocator=allocator,
    )
    return run, measured


def with_verdicts(run: RunDocument, verdicts: Sequence[VerdictRecord]) -> RunDocument:
    """The same run, judged."""
    return msgspec.structs.replace(run, verdicts=tuple(verdicts))
