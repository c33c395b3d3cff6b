"""Measuring commits for a bisection: by A/B where time decides, by one run where it is counted."""

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from latprobe.bisect.bisection import Amount
from latprobe.cli.ab_session import OnSight, Wanted, run_session
from latprobe.cli.contender import check_alike
from latprobe.comparator import Budget, needs_events_of_the_processor, observed
from latprobe.comparator.figure import Measure
from latprobe.comparator.observed import gate_budgets
from latprobe.driver.drive import drive_steps, fork_folder, job_of
from latprobe.driver.plan import Step, volume_of
from latprobe.driver.simulation.fork import simulated_fork
from latprobe.errors import RunError
from latprobe.pipeline.events import simulation_of
from latprobe.pipeline.feeds import Notice, prepare_feed, record_of, replayable
from latprobe.pipeline.part import feed_name
from latprobe.pipeline.suite import Overrides, Prepared, prepare
from latprobe.report.failure import failure_text
from latprobe.run.assemble import assemble
from latprobe.run.change import Change
from latprobe.run.model import Collector, Fork
from latprobe.scenario import Simulate

_COUNTED: Final[Mapping[Measure, Collector]] = {
    Measure.AMOUNT: "allocations",
    Measure.MOST: "allocations",
    Measure.ERRORS: "digest",
}
"""What is counted exactly, besides events that are simulated, and by which collector."""


@dataclass(frozen=True)
class Bench:
    """What every commit is measured with.

    Attributes:
        scenario: The scenario's file.
        seconds: How long an A/B takes at most, the first time.
        tolerance: The part that a timed figure may change by.
        anyway: Whether to go on where a commit understands the feed differently.
        notice: Told what takes a while.
        on_sight: Told how far an A/B is.
    """

    scenario: Path
    seconds: float
    tolerance: float
    anyway: bool
    notice: Notice
    on_sight: OnSight

    def side(self, library: Path) -> Prepared:
        """The scenario with a commit's library in the place of its own, which need not be there.

        Raises:
            LatprobeError: where the scenario cannot be read, or the library not be loaded.
        """
        return prepare(self.scenario, Overrides(library=library))

    def changes(
        self, good: Path, other: Path, figure: str | None, attempt: int
    ) -> tuple[Change, ...]:
        """What an A/B of the good end and another commit finds, the most important first.

        Args:
            good: The library of the good end.
            other: That of the commit.
            figure: What has to be decided; None for the usual figures.
            attempt: How often it was tried before; each takes twice as long, and the later ones do
                not stop before that.

        Raises:
            LatprobeError: where the two cannot be held against each other, or one fails.
        """
        sides = (self.side(good), self.side(other))
        check_alike(*sides)
        gates = () if figure is None else (figure,)
        seconds, seed = self.seconds * 2**attempt, secrets.randbits(32)
        wanted = Wanted(seconds, None, seed, self.tolerance, gates, self.anyway)
        if attempt:
            wanted = replace(wanted, looks=())
        session = run_session(sides, wanted, self.notice, self.on_sight)
        if session.failure is not None:
            raise _failed(session.failure)
        return session.comparison.changes


def is_counted(budget: Budget) -> bool:
    """Whether one run tells a figure exactly."""
    return budget.figure.measure in _COUNTED or needs_events_of_the_processor(budget.figure)


def count(bench: Bench, library: Path, figure: str, budget: Budget) -> float:
    """What one run counts, or simulates, of a figure.

    Raises:
        LatprobeError: where a fork fails, or nothing comes to what is counted.
    """
    prepared = bench.side(library)
    scenario, target = prepared.scenario, prepared.target
    feed = prepare_feed(scenario.feed, bench.notice)
    volume = volume_of(scenario.drive, feed.messages)
    started = datetime.datetime.now(datetime.UTC)
    collector = _COUNTED.get(budget.figure.measure)
    steps = [] if collector is None else [Step(collector, 0)]
    has_threads = bool(target.hops)
    forks = drive_steps(
        scenario, replayable(feed), volume, steps, _unwatched, has_threads=has_threads
    )
    for fork in forks:
        if fork.failure is not None:
            raise _failed(fork)
    if needs_events_of_the_processor(budget.figure):
        job = job_of(scenario, replayable(feed), volume, has_threads=has_threads)
        with fork_folder() as folder:
            found = simulated_fork(job, simulation_of(Simulate(), target), folder, _uncounted)
        if not isinstance(found, Fork):
            raise RunError(f"{figure}: cannot be simulated: {found.reason}; {found.remedy}")
        forks = (*forks, found)
    run, _ = assemble(
        scenario,
        record_of(feed, feed_name(scenario.feed)),
        target,
        started=started,
        spans=(),
        warmup=volume.warmup,
        messages=volume.measured,
        forks=forks,
        harness_cost_ns=None,
        platform=None,
    )
    key = key_of(budget)
    for it in observed(run, "commit", gate_budgets(run, (figure,))).observations:
        if it.key == key and it.value is not None:
            return it.value
    raise RunError(f"{figure}: nothing was counted of it")


def key_of(budget: Budget) -> tuple[str, str | None, str]:
    """By which a figure is found among changes and observations."""
    scope = budget.scope
    stage = scope.first if scope.first == scope.last else f"{scope.first}..{scope.last}"
    return stage, scope.kind, budget.figure.name


def counted_amount(before: float, after: float) -> Amount:
    """Two counts, held against each other."""
    return Amount(before, after, after / before if before else None, None)


def timed_amount(change: Change) -> Amount:
    """What an A/B found of a figure."""
    return Amount(change.before, change.after, change.ratio, change.interval)


def _failed(fork: Fork) -> RunError:
    assert fork.failure is not None
    return RunError(failure_text(fork, fork.failure))


def _unwatched(_: object) -> None:
    """One run of what is counted is short: the commit is the step that is shown."""


def _uncounted(_: int, __: int) -> None:
    """As above."""
