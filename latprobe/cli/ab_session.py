"""One session of an A/B: pairs of forks until the question is decided or the budget is spent."""

import datetime
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from importlib.metadata import version

from latprobe.cli.paired_runs import PairedForks, Sides, observed_of, runs_of
from latprobe.comparator.allocator_notes import allocator_notes
from latprobe.comparator.floor_notes import floor_notes
from latprobe.comparator.observed import measured_of
from latprobe.comparator.paired import (
    FAMILY_LEVEL,
    PairedFigure,
    is_decided,
    paired_changes,
    paired_figures,
)
from latprobe.comparator.paired_tail import paired_tails
from latprobe.driver.pairs import Pairs, pairs_of
from latprobe.driver.plan import Volume, volume_of
from latprobe.driver.turn_plan import Turn, message_ns_of, turn_of
from latprobe.errors import RunError, ScenarioError
from latprobe.feed.reader import Feed
from latprobe.pipeline.feeds import Notice, prepare_feed, record_of, replayable
from latprobe.pipeline.part import feed_name
from latprobe.run.calibration import Calibration, kept_calibration
from latprobe.run.change import Change, Comparison, Pairing
from latprobe.run.conditions import differences
from latprobe.run.model import FeedRecord, Fork, RunDocument
from latprobe.run.observation import Observed
from latprobe.scenario import Drive, rate_of
from latprobe.stats import LOOKS, level_of_look
from latprobe.stats.signed_rank import MOST_PAIRS

_VARIED = "settings, config"
"""Two scenarios may configure their targets as they like: that is what is compared."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of a session.

    Attributes:
        seconds: The budget of time.
        pairs: The most pairs; None for as many as fit.
        seed: Which side begins in which pair follows from it.
        tolerance: The part that a timed figure may change by.
        gates: Figures that the exit code hangs on; empty for the usual ones.
        anyway: Whether to go on with targets that understand the feed differently.
        looks: Parts of the budget at which may be stopped.
    """

    seconds: float
    pairs: int | None
    seed: int
    tolerance: float
    gates: tuple[str, ...] = ()
    anyway: bool = False
    looks: tuple[float, ...] = LOOKS


@dataclass(frozen=True)
class Sight:
    """How far a session is.

    Attributes:
        pairs: How many there are so far.
        part: The part of the budget that is used up.
        costs: The logarithms of their ratios of cost.
    """

    pairs: int
    part: float
    costs: tuple[float, ...]


OnSight = Callable[[Sight], None]


@dataclass(frozen=True)
class Session:
    """What a session found.

    Attributes:
        comparison: Both sides, held against each other.
        figures: What that was made of, pair by pair.
        runs: The run of each side.
        failure: The fork that ended the session early, if one did.
    """

    comparison: Comparison
    figures: tuple[PairedFigure, ...]
    runs: tuple[RunDocument, RunDocument]
    failure: Fork | None


def run_session(sides: Sides, wanted: Wanted, notice: Notice, on_sight: OnSight) -> Session:
    """Runs pairs of two sides that are driven alike.

    Raises:
        LatprobeError: for a feed that cannot be read or that a target does not, and for targets
            that understand it differently, unless they are compared anyway.
    """
    scenario = sides[0].scenario
    feed = prepare_feed(scenario.feed, notice)
    for it in sides:
        if it.target.protocol not in ("", feed.protocol):
            problem = f"reads {it.target.protocol}, and the feed is {feed.protocol}"
            raise ScenarioError(f"'{it.target.name}' {problem}")
    has_threads = any(it.target.hops for it in sides)
    both = (scenario, sides[1].scenario)
    with pairs_of(both, replayable(feed), seed=wanted.seed, has_threads=has_threads) as pairs:
        record = record_of(feed, feed_name(scenario.feed))
        return _Running(sides, wanted, record, pairs, on_sight).run(feed, has_threads=has_threads)


class _Running:
    """A session while it runs."""

    def __init__(
        self, sides: Sides, wanted: Wanted, feed: FeedRecord, pairs: Pairs, on_sight: OnSight
    ) -> None:
        self._sides = sides
        self._wanted = wanted
        self._feed = feed
        self._pairs = pairs
        self._on_sight = on_sight
        self._started = datetime.datetime.now(datetime.UTC)
        self._since = time.monotonic()
        self._forks = PairedForks()
        self._turn = Turn(_shorter(sides, feed.messages), 0)
        self._looked: tuple[float, ...] = ()
        self._decided = False

    def run(self, feed: Feed, *, has_threads: bool) -> Session:
        """Runs it to its end."""
        drive = self._sides[0].scenario.drive
        digests = self._pairs.exact("digest", self._turn.volume)
        self._forks.add([digests])
        if self._forks.failure() is not None:
            return self._session(*self._look(1.0), ())
        message_ns = max(*(message_ns_of(it, feed.messages) for it in digests), _pace_ns(drive))
        unlike = self._check()
        self._turn = turn_of(
            self._turn.volume, message_ns, self._wanted.seconds, has_threads=has_threads
        )
        self._forks.add([self._pairs.exact("allocations", self._turn.volume)])
        figures, changes = self._pairs_until_decided()
        return self._session(figures, changes, unlike)

    def _pairs_until_decided(self) -> tuple[list[PairedFigure], tuple[Change, ...]]:
        looks = [it for it in self._wanted.looks if it < 1.0]
        spent = 0.0
        begun, pairs = time.monotonic(), 0
        while self._forks.failure() is None:
            self._forks.add(self._pairs.run(self._turn))
            pairs += 1
            now = time.monotonic()
            part = self._part(pairs, now, (now - begun) / pairs)
            self._on_sight(Sight(pairs, part, self._forks.known_costs))
            if part >= 1.0:
                break
            if not looks or part < looks[0]:
                continue
            at = max(it for it in looks if it <= part)
            looks = [it for it in looks if it > part]
            found = self._look(level_of_look(FAMILY_LEVEL, at, spent))
            # Where pairs are too few for any interval, no alarm was possible: nothing is spent.
            spent = at if any(it.interval and not it.exact for it in found[1]) else spent
            self._looked = (*self._looked, at)
            if is_decided(found[1], found[0], self._wanted.tolerance):
                self._decided = True
                return found
        self._looked = (*self._looked, 1.0)
        return self._look(level_of_look(FAMILY_LEVEL, 1.0, spent))

    def _part(self, pairs: int, now: float, pair_s: float) -> float:
        """The part of the budget that is used up; all of it where the next pair would not fit."""
        most = min(self._wanted.pairs or MOST_PAIRS, MOST_PAIRS)
        elapsed = now - self._since
        if pairs >= most or elapsed + pair_s > self._wanted.seconds:
            return 1.0
        return max(pairs / most if self._wanted.pairs else 0.0, elapsed / self._wanted.seconds)

    def _observed(self) -> tuple[tuple[RunDocument, RunDocument], tuple[Observed, Observed]]:
        runs = runs_of(self._sides, self._forks, self._feed, self._started, self._turn)
        return runs, observed_of(runs, self._wanted.gates)

    def _look(self, level: float) -> tuple[list[PairedFigure], tuple[Change, ...]]:
        runs, (before, after) = self._observed()
        tails = paired_tails(*map(measured_of, runs))
        figures = paired_figures(before, after, self._forks.costs, self._wanted.gates, tails)
        calibrated = self._calibrated(after)
        changes = paired_changes(
            figures,
            before,
            after,
            level,
            tolerance=self._wanted.tolerance,
            floors={} if calibrated is None else calibrated.known(),
        )
        return figures, changes

    def _calibrated(self, side: Observed) -> Calibration | None:
        who = side.side
        return kept_calibration(who.machine, who.feed_sha256, who.family)

    def _check(self) -> tuple[str, ...]:
        """In what the sides are unlike; before time is spent on them."""
        _, (before, after) = self._observed()
        found = differences(before.conditions, after.conditions)
        unlike = tuple(it for it in found if not it.startswith(_VARIED))
        if unlike and not self._wanted.anyway:
            raise RunError(
                f"the sides are unlike: {'; '.join(unlike[:3])}. What is faster since it does "
                "something else is not faster: mend it, or say --anyway"
            )
        return unlike

    def _session(
        self, figures: Sequence[PairedFigure], changes: Sequence[Change], unlike: tuple[str, ...]
    ) -> Session:
        runs, (before, after) = self._observed()
        forks, wanted = self._forks, self._wanted
        comparison = Comparison(
            before.side,
            after.side,
            "paired",
            wanted.tolerance,
            1 - FAMILY_LEVEL,
            tuple(changes),
            unlike,
            notes=(
                *allocator_notes(before.conditions, after.conditions),
                *floor_notes(self._calibrated(after), changes, wanted.tolerance),
            ),
            seconds=time.monotonic() - self._since,
            pairing=Pairing(
                pairs=len(forks.costs),
                seed=wanted.seed,
                turn_messages=self._turn.messages,
                budget_s=wanted.seconds,
                most_pairs=wanted.pairs,
                looks=self._looked,
                decided=self._decided,
                chunks=forks.chunks,
                disturbed_chunks=forks.disturbed,
            ),
            latprobe_version=version("latprobe"),
        )
        return Session(comparison, tuple(figures), runs, forks.failure())


def _shorter(sides: Sides, messages: int) -> Volume:
    volumes = [volume_of(it.scenario.drive, messages) for it in sides]
    return Volume(*(min(it) for it in zip(*map(astuple, volumes), strict=True)))


def _pace_ns(drive: Drive) -> float:
    """What a message takes by a plan; 0 where there is none."""
    return 1e9 / rate_of(drive) if drive.rate is not None else 0.0
