"""Where a figure lies, and what that says about a limit."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from latprobe.comparator.evidence import Parts
from latprobe.comparator.limit import COMPARISONS, Number, Operator

Outcome = Literal["pass", "fail", "unproven"]

CONFIDENCE: Final = 0.95
"""Probability with which an interval holds the figure that a longer run would come to."""

_ONE_PART: Final[dict[Parts, str]] = {
    "forks": "a single fork, and how much forks differ is a part of it: run 2 or more",
    "recordings": "a single pair of recordings that has pairs, and how much they differ is a part "
    "of it: record 2 or more",
    "blocks": "too few pairs to tell how much those differ that do not follow each other: "
    "record more",
}


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, with `high` in it unless `is_open`."""

    low: Number
    high: Number
    is_open: bool = False


@dataclass(frozen=True)
class Estimate:
    """Where a figure lies, in its dimension's own unit.

    Attributes:
        words: The same for people: `p50 is 40.0 ns, 30.0 ns to 50.0 ns at 95 % confidence`.
        figure: The best guess; `None` where only a bound is known.
        range: Where the figure can be.
        range_by_a_perfect_clock: Where it could be if the instrument had no error.
        clock: The instrument in words; empty for what is counted.
        narrower: What would make the range narrower, in words.
        simulated: Whether it is a simulation's, and not the processor's.
    """

    words: str
    figure: Number | None
    range: Range
    range_by_a_perfect_clock: Range
    clock: str = ""
    narrower: str = "more forks or messages"
    simulated: bool = False


@dataclass(frozen=True)
class Undecidable:
    """There is nothing to hold against a limit, for a reason."""

    reason: str


def one_fork(name: str, parts: Parts = "forks") -> Undecidable:
    """A figure of a single fork proves nothing."""
    return Undecidable(f"{name} of {_ONE_PART[parts]}")


def counted(words: str, figure: Fraction | int) -> Estimate:
    """An exact figure."""
    exactly = Range(figure, figure)
    return Estimate(words, figure, exactly, exactly)


def outcome(where: Range, operator: Operator, limit: Number) -> Outcome:
    """`pass` if the comparison holds all over a range, `fail` if nowhere in it."""
    holds = COMPARISONS[operator]
    touches_open_end = where.is_open and where.high == limit
    match operator:
        case "<" | "<=":
            everywhere = holds(where.high, limit) or touches_open_end
            somewhere = holds(where.low, limit)
        case ">" | ">=":
            everywhere = holds(where.low, limit)
            somewhere = holds(where.high, limit) and not touches_open_end
        case "==":
            everywhere = where.low == limit == where.high
            somewhere = where.low <= limit <= where.high and not touches_open_end
    if everywhere:
        return "pass"
    return "unproven" if somewhere else "fail"
