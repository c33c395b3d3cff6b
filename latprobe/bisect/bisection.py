"""What a bisection tried and found; `--json` prints it under these names."""

from typing import Literal

from msgspec import Struct

Judgement = Literal["good", "bad", "skip"]
"""A commit that cannot be built, measured or decided is skipped, as `git bisect skip` does."""


class Commit(Struct, frozen=True):
    """A commit, as git knows it."""

    sha: str
    author: str
    date: str
    subject: str


class Amount(Struct, frozen=True):
    """What was measured of a commit, beside the good end of the range.

    Attributes:
        before: The figure at the good end.
        after: The figure at the commit.
        ratio: `after` for one of `before`; None where that is 0.
        interval: Where the ratio lies; None for what is counted exactly.
    """

    before: float | None
    after: float | None
    ratio: float | None
    interval: tuple[float, float] | None


class Trial(Struct, frozen=True):
    """A commit that was tried; `why` says what was found, or why it is skipped."""

    commit: Commit
    judgement: Judgement
    why: str
    amount: Amount | None = None


class Bisection(Struct, frozen=True):
    """A finished search.

    Attributes:
        scenario: What was run.
        figure: That got worse, as a budget begins: `parse: p99`.
        unit: Of amounts, as in a comparison.
        exact: Whether it is counted, so that one run decides.
        good: The good end of the range.
        bad: The bad end.
        first_bad: The commit that made it worse; several where those between were skipped.
        amount: Of the first of them that was measured.
        trials: In the order in which they were made, the bad end first.
        builds: How many builds were started.
    """

    scenario: str
    figure: str
    unit: str
    exact: bool
    good: Commit
    bad: Commit
    first_bad: tuple[Commit, ...]
    amount: Amount | None
    trials: tuple[Trial, ...]
    builds: int
