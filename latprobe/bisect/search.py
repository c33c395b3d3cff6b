"""The search: halves the suspects until one is left, or all that are left had to be skipped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from latprobe.bisect.bisection import Trial

Suspects = Callable[[Sequence[str], str], Sequence[str]]
"""Given good commits and a bad one, who may be the first bad one; the best to be tried first, and
the bad one last."""


@dataclass(frozen=True)
class Outcome:
    """Where a search ended.

    Attributes:
        first_bad: The first bad commit; several where it cannot be told which of them.
        trials: In the order in which they were made.
    """

    first_bad: tuple[str, ...]
    trials: tuple[Trial, ...]


def search(good: str, bad: str, suspects: Suspects, judge: Callable[[str, int], Trial]) -> Outcome:
    """Finds the first bad commit.

    Args:
        good: A commit that is good.
        bad: A later one that is bad.
        suspects: Who may be the first.
        judge: Tries a commit, and is told how many may still be the first.
    """
    goods, trials, skipped = [good], list[Trial](), set[str]()
    while True:
        left = suspects(goods, bad)
        untried = [it for it in left if it != bad and it not in skipped]
        if not untried:
            return Outcome((*(it for it in left if it != bad), bad), tuple(trials))
        trial = judge(untried[0], len(left))
        trials.append(trial)
        match trial.judgement:
            case "good":
                goods.append(untried[0])
            case "bad":
                bad = untried[0]
            case "skip":
                skipped.add(untried[0])
