"""Running a scenario from its file to its judged run document."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from latprobe.comparator import (
    Baselines,
    Budget,
    exit_code_of,
    exit_code_of_failure,
    judge_run,
    names_of,
    parse_budget,
)
from latprobe.driver.allocator import allocator_record
from latprobe.driver.drive import Asked, Progress, drive
from latprobe.driver.plan import NOTHING
from latprobe.driver.simulation.fork import Simulation
from latprobe.errors import BudgetError, ScenarioError
from latprobe.exit_code import ExitCode, gravest
from latprobe.feed.reader import Feed
from latprobe.pipeline.events import counting_for, simulation_for
from latprobe.pipeline.feeds import Notice, prepare_feed
from latprobe.pipeline.part import Part, whole
from latprobe.pipeline.services import service_job
from latprobe.run.allocator import AllocatorRecord
from latprobe.run.assemble import assemble, with_verdicts
from latprobe.run.baseline import Baseline, baselines_of
from latprobe.run.calibration import known_floors
from latprobe.run.conditions import conditions_of, machine_text
from latprobe.run.measured import Measured
from latprobe.run.model import RunDocument, Span, TargetRecord
from latprobe.scenario import Scenario, TargetReference, load_scenario
from latprobe.target import BUILTIN, describe_callables, describe_service, describe_target

DEFAULT_BASELINES: Final = Path("baselines")


@dataclass(frozen=True)
class Prepared:
    """A scenario that can be run: everything that its author could have got wrong is checked."""

    scenario: Scenario
    target: TargetRecord
    budgets: tuple[Budget, ...]
    spans: tuple[Span, ...]
    simulation: Simulation | None = None
    baselines: tuple[Baseline, ...] = ()
    allocator: AllocatorRecord | None = None


@dataclass(frozen=True)
class Overrides:
    """What the command line puts in the place of every scenario's own."""

    feed: Path | None = None
    forks: int | None = None
    messages: int | None = None
    simulate: bool = False
    memory: bool = False
    baselines: Path = DEFAULT_BASELINES
    library: Path | None = None
    target: str | None = None
    """The target's name; by default the scenario's own."""
    revision: str | None = None
    """The commit that the library was built of, where that is known better than it looks."""


def prepare(path: Path, overrides: Overrides) -> Prepared:
    """Reads a scenario, its target and its budgets.

    Raises:
        LatprobeError: what is wrong, where, and what to do.
    """
    scenario = _overridden(load_scenario(path), overrides)
    try:
        return prepare_scenario(scenario, overrides.baselines, overrides.revision)
    except (BudgetError, ScenarioError) as error:
        raise type(error)(f"{path}: {error}") from error


def prepare_scenario(
    scenario: Scenario, baselines: Path = DEFAULT_BASELINES, revision: str | None = None
) -> Prepared:
    """Looks at a scenario's target and reads its budgets.

    Raises:
        LatprobeError: what is wrong, and what to do.
    """
    target = described(scenario)
    if revision is not None:
        target = msgspec.structs.replace(target, git_revision=revision, git_branch=None)
    budgets = tuple(parse_budget(text, names_of(target)) for text in scenario.budgets)
    unknown = scenario.digest.keys() - set(target.kinds)
    if unknown and not target.learns_kinds:
        raise ScenarioError(f"`digest` pins {sorted(unknown)[0]}, which is no kind of it")
    scopes = dict.fromkeys((it.scope.first, it.scope.last) for it in budgets)
    spans = tuple(Span(first, last) for first, last in scopes if first != last)
    simulation = simulation_for(scenario, target, budgets)
    allocator = allocator_record(scenario.allocator)
    found: list[Baseline] = []
    if any(it.limit.of_baseline for it in budgets):
        found = baselines_of(scenario.name, baselines)
    return Prepared(scenario, target, budgets, spans, simulation, tuple(found), allocator)


def described(scenario: Scenario) -> TargetRecord:
    """Looks at a scenario's target.

    Raises:
        TargetError: what is wrong with it.
    """
    if scenario.target.asyncio is not None:
        return describe_service(scenario.target, scenario.env)
    if scenario.target.is_python:
        return describe_callables(scenario.target, scenario.env)
    return describe_target(Path(scenario.target.library), scenario.target.name, scenario.env)


def run_scenario(
    prepared: Prepared,
    notice: Notice,
    on_progress: Callable[[Progress], None],
    *,
    replay_tail: bool = False,
    part_of: Callable[[Scenario, Feed], Part] = whole,
) -> RunDocument | None:
    """Runs a scenario and judges it; None where its target reads another protocol than the feed.

    Args:
        prepared: The scenario.
        notice: Told what takes a while.
        on_progress: Told how far the run is.
        replay_tail: Whether the slowest messages are run again.
        part_of: How much is done with the feed.
    """
    scenario, target = prepared.scenario, prepared.target
    feed = prepare_feed(scenario.feed, notice)
    if target.protocol not in ("", feed.protocol):
        return None
    part = part_of(scenario, feed)
    volume = part.volume
    started = datetime.datetime.now(datetime.UTC)
    is_service = target.service is not None
    is_called = target.service is None or target.service.is_called
    with service_job(scenario, feed, volume, is_called=is_called) as service:
        asked = Asked(
            spans=_timed_as_one(prepared),
            replay_tail=replay_tail and not is_service,
            has_threads=bool(target.hops),
            counting=NOTHING if is_service else counting_for(scenario, prepared.budgets),
            simulation=prepared.simulation,
            service=service,
            extent=part.extent,
            memory=_wants_memory(scenario, prepared.budgets),
        )
        driven = drive(scenario, part.replayed, volume, asked, on_progress)
    run, measured = assemble(
        scenario,
        part.record,
        target,
        started=started,
        spans=prepared.spans,
        warmup=volume.warmup,
        messages=volume.measured,
        forks=driven.forks,
        harness_cost_ns=driven.harness_cost_ns,
        platform=driven.platform,
        skews=driven.skews,
        unsupported=driven.unsupported,
        noise=driven.noise,
        allocator=prepared.allocator,
        is_watched=part.extent.is_whole,
    )
    baselines = baselines_for(prepared, run, measured)
    return with_verdicts(run, judge_run(scenario, measured, prepared.budgets, baselines))


def baselines_for(prepared: Prepared, run: RunDocument, measured: Measured) -> Baselines:
    """What the run's budgets on baselines are held against.

    Raises:
        RunError: for a calibration that is damaged.
    """
    if not any(it.limit.of_baseline for it in prepared.budgets):
        return Baselines()
    conditions = conditions_of(run, measured)
    machine = machine_text(conditions.machine)
    return Baselines(
        conditions,
        [it.observed for it in prepared.baselines],
        set_with(run.id),
        known_floors(machine, run.feed.sha256, run.target.family),
    )


def _timed_as_one(prepared: Prepared) -> list[tuple[int, int]]:
    """Stages by the index of the first and of the last: spans, and stages that are timed apart."""
    stages = prepared.target.stages
    spans = [(stages.index(span.first), stages.index(span.last)) for span in prepared.spans]
    if prepared.scenario.drive.marks == "apart":
        spans += [(stage, stage) for stage in range(len(stages))]
    return spans


def _wants_memory(scenario: Scenario, budgets: Sequence[Budget]) -> bool:
    """Where it is asked for, and where a budget cannot be judged without it."""
    if scenario.memory is None:
        return any(it.figure.is_of_memory for it in budgets)
    return scenario.memory


def set_with(run_id: str) -> str:
    """How a run is made the baseline, as an order."""
    return f"`latprobe baseline set {run_id}` makes this run the baseline"


def exit_code(runs: list[RunDocument], *, disagree: bool) -> ExitCode:
    """How a command ends that has run these."""
    codes = [exit_code_of(it.verdict for run in runs for it in run.verdicts)]
    if disagree:
        codes.append(ExitCode.FAIL)
    failures = [it.failure for run in runs for it in run.forks if it.failure is not None]
    return gravest([*codes, *map(exit_code_of_failure, failures)])


def _overridden(scenario: Scenario, overrides: Overrides) -> Scenario:
    drive_ = scenario.drive
    if overrides.forks is not None:
        drive_ = msgspec.structs.replace(drive_, forks=overrides.forks)
    if overrides.messages is not None:
        drive_ = msgspec.structs.replace(drive_, messages=overrides.messages)
    scenario = msgspec.structs.replace(scenario, drive=drive_)
    if overrides.simulate and not scenario.simulate:
        scenario = msgspec.structs.replace(scenario, simulate=True)
    if overrides.library is not None or overrides.target is not None:
        own = _other_target(scenario, overrides)
        scenario = msgspec.structs.replace(scenario, target=own)
    if overrides.memory:
        scenario = msgspec.structs.replace(scenario, memory=True)
    if overrides.feed is not None:
        # What is pinned is what was understood of another feed.
        scenario = msgspec.structs.replace(scenario, feed=str(overrides.feed), digest={})
    return scenario


def _other_target(scenario: Scenario, overrides: Overrides) -> TargetReference:
    own = scenario.target
    if not own.library:
        raise ScenarioError(
            f"'{scenario.name}' has a target of Python, which no library takes the place of: hold "
            "two scenarios against each other"
        )
    library = own.library
    if overrides.library is not None:
        is_builtin = str(overrides.library) == BUILTIN
        library = BUILTIN if is_builtin else str(overrides.library.resolve())
    return msgspec.structs.replace(own, library=library, name=overrides.target or own.name)
