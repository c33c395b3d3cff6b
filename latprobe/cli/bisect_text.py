"""A bisection in words."""

import math
from collections.abc import Iterator

from latprobe.bisect.bisection import Amount, Bisection, Commit
from latprobe.comparator.change_words import percent
from latprobe.report.amounts import MISSING, amount_text
from latprobe.report.printable import printable

_SHORT = 12


def left_words(commit: Commit, left: int) -> str:
    """Which commit is tried, and how many builds are to come."""
    more = math.ceil(math.log2(left)) if left > 1 else 0
    words = "1 build" if more == 1 else f"{more} builds"
    return f"{left:,} commits may be it, about {words} to go: {commit_words(commit)}"


def commit_words(commit: Commit) -> str:
    """A commit on one line."""
    return printable(f"{commit.sha[:_SHORT]} {commit.subject}")


def amount_words(unit: str, amount: Amount) -> str:
    """`2 to 3, +50 %`, and where it is timed with the interval of the ratio."""
    before, after = (
        MISSING if it is None else amount_text(it, unit) for it in (amount.before, amount.after)
    )
    words = f"{before} to {after}"
    if amount.ratio is not None:
        words += f", {_signed(amount.ratio)}"
    if amount.interval is not None:
        low, high = amount.interval
        words += f" [{_signed(low)}, {_signed(high)}]"
    return words


def _signed(ratio: float) -> str:
    return f"{'+' if ratio >= 1 else '-'}{percent(abs(ratio - 1))}"


def bisection_lines(found: Bisection) -> Iterator[str]:
    """What was found, for people."""
    if len(found.first_bad) == 1:
        (commit,) = found.first_bad
        yield f"{commit_words(commit)} made {printable(found.figure)} worse"
        yield f"  {printable(commit.author)}, {commit.date}"
    else:
        yield f"one of {len(found.first_bad)} commits made {printable(found.figure)} worse; those "
        yield "before the last could not be told of:"
        yield from (f"  {commit_words(it)}" for it in found.first_bad)
    if found.amount is not None:
        since = found.good.sha[:_SHORT]
        how = "counted exactly" if found.exact else "in pairs of forks"
        yield f"  {amount_words(found.unit, found.amount)} since {since}, {how}"
    tried = "1 build" if found.builds == 1 else f"{found.builds} builds"
    yield f"  {tried}"
    for trial in found.trials:
        if trial.judgement == "skip":
            yield f"  skipped {commit_words(trial.commit)}: {printable(trial.why)}"
