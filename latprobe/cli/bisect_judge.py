"""Whether a commit is good or bad."""

from dataclasses import dataclass, field
from pathlib import Path

from latprobe.bisect.bisection import Amount, Judgement, Trial
from latprobe.bisect.halfway import clearness, side_of_half
from latprobe.bisect.repository import commit_of
from latprobe.cli.bisect_builds import Builds, digest_of
from latprobe.cli.bisect_measure import (
    Bench,
    count,
    counted_amount,
    is_counted,
    key_of,
    timed_amount,
)
from latprobe.cli.bisect_text import amount_words, left_words
from latprobe.comparator import Budget, parse_budget
from latprobe.comparator.observed import as_budget
from latprobe.errors import LatprobeError, RunError
from latprobe.run.change import Change

_LESS_IS_WORSE = ("throughput", "IPC")


@dataclass(frozen=True)
class Question:
    """What is asked of every commit.

    Attributes:
        figure: As a budget begins.
        budget: The same, parsed.
        unit: Of its amounts.
        good: The library of the good end.
        at_good: What is counted of it; None for what is timed.
        bad: What was measured of the bad end.
    """

    figure: str
    budget: Budget
    unit: str
    good: Path
    at_good: float | None
    bad: Amount

    @property
    def exact(self) -> bool:
        """Whether one run decides."""
        return self.at_good is not None


def ask(bench: Bench, figure: str | None, good: Path, bad: Path, tries: int) -> Question | None:
    """What got worse from the good end to the bad one; None where that is not clear.

    Without a figure it is the one that changed most clearly: what is counted exactly, or has the
    largest change for its uncertainty. Commits between are told apart by it with the fewest forks.

    Raises:
        LatprobeError: where nothing got worse, or an end cannot be measured.
    """
    if figure is not None:
        budget = parse_budget(as_budget(figure))
        if is_counted(budget):
            return _counted(bench, figure, budget, good, bad)
    for attempt in range(tries):
        changes = [it for it in bench.changes(good, bad, figure, attempt) if _is_meant(it, figure)]
        worse = [it for it in changes if it.status == "worse"]
        if worse:
            clearest = max(worse, key=lambda it: clearness(timed_amount(it)))
            if clearness(timed_amount(clearest)) > 1:
                return _question(bench, clearest, good, bad)
        elif not any(it.status == "unproven" for it in changes):
            what = figure or "any of the usual figures"
            raise RunError(f"--bad is no worse than --good in {what}: there is nothing to find")
    return None


def _is_meant(change: Change, figure: str | None) -> bool:
    """Without a figure, any that is worse; and none is waited for but those that gates hang on."""
    if figure is None:
        return change.key or change.status == "worse"
    return (change.stage, change.kind, change.figure) == key_of(parse_budget(as_budget(figure)))


def _question(bench: Bench, change: Change, good: Path, bad: Path) -> Question:
    budget = parse_budget(as_budget(change.name))
    if is_counted(budget):
        return _counted(bench, change.name, budget, good, bad)
    return Question(change.name, budget, change.unit, good, None, timed_amount(change))


def _counted(bench: Bench, figure: str, budget: Budget, good: Path, bad: Path) -> Question:
    before, after = (count(bench, it, figure, budget) for it in (good, bad))
    if before == after or (after < before) != (budget.figure.name in _LESS_IS_WORSE):
        raise RunError(
            f"--bad is no worse than --good in {figure}: {before:g} at --good, {after:g} at --bad"
        )
    unit = "B" if budget.figure.name.endswith("bytes") else ""
    return Question(figure, budget, unit, good, before, counted_amount(before, after))


@dataclass
class Judge:
    """Tries commits for a search.

    Attributes:
        bench: What each is measured with.
        builds: Where they come from.
        question: What is asked of each.
        tries: How many A/Bs a commit is worth.
    """

    bench: Bench
    builds: Builds
    question: Question
    tries: int
    _known: dict[str, tuple[Judgement, Amount]] = field(default_factory=dict)

    def judge(self, sha: str, left: int) -> Trial:
        """Builds and measures a commit, of which so many may be the first bad one."""
        commit = commit_of(sha)
        self.bench.notice(left_words(commit, left))
        try:
            library = self.builds.of(commit)
            judgement, amount = self._judged(library)
        except LatprobeError as error:
            trial = Trial(commit, "skip", str(error))
        else:
            trial = Trial(commit, judgement, amount_words(self.question.unit, amount), amount)
        self.bench.notice(f"{trial.judgement}: {trial.why}")
        return trial

    def _judged(self, library: Path) -> tuple[Judgement, Amount]:
        digest = digest_of(library)
        if digest not in self._known:
            self._known[digest] = self._measured(library)
        return self._known[digest]

    def _measured(self, library: Path) -> tuple[Judgement, Amount]:
        if self.question.at_good is not None:
            value = count(self.bench, library, self.question.figure, self.question.budget)
            amount = counted_amount(self.question.at_good, value)
            return side_of_half(amount, self.question.bad) or "skip", amount
        key = key_of(self.question.budget)
        for attempt in range(self.tries):
            changes = self.bench.changes(self.question.good, library, self.question.figure, attempt)
            change = next((it for it in changes if (it.stage, it.kind, it.figure) == key), None)
            if change is None or change.after is None:
                raise RunError(f"{self.question.figure}: is not measured of it")
            amount = timed_amount(change)
            if change.interval is None:
                continue
            judgement = side_of_half(amount, self.question.bad)
            if judgement is not None:
                return judgement, amount
        raise RunError(
            f"{self.question.figure}: {self.tries} A/Bs cannot tell on which side it is; more "
            "--seconds, a longer feed or a quieter machine can"
        )
