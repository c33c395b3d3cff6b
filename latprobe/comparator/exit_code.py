"""What a command's exit code tells a CI job."""

from collections.abc import Iterable
from enum import IntEnum

from latprobe.comparator.estimate import Outcome
from latprobe.run.change import Comparison


class ExitCode(IntEnum):
    """How a command ended."""

    PASS = 0
    """Every budget is kept."""
    FAIL = 1
    """A budget is broken, or targets of a family disagree about the feed."""
    USAGE = 2
    """The command, a scenario or a feed is not what it should be."""
    UNPROVEN = 3
    """No budget is broken, but of one it cannot be told."""
    CRASHED = 4
    """A target crashed, hung, or ran out of memory."""


PRECEDENCE = (
    ExitCode.PASS,
    ExitCode.UNPROVEN,
    ExitCode.FAIL,
    ExitCode.USAGE,
    ExitCode.CRASHED,
)
"""From the one that any other beats to the one that beats every other. Bad input beats a broken
budget, since it means that a part of what was asked for has not been judged at all."""

OF_OUTCOME: dict[Outcome, ExitCode] = {
    "pass": ExitCode.PASS,
    "fail": ExitCode.FAIL,
    "unproven": ExitCode.UNPROVEN,
}


def exit_code_of(outcomes: Iterable[Outcome]) -> ExitCode:
    """The exit code for verdicts, each given by its `verdict`. Without any, nothing is broken."""
    return gravest(OF_OUTCOME[outcome] for outcome in outcomes)


def exit_code_of_comparison(comparison: Comparison) -> ExitCode:
    """1 where any figure is worse; 3 where of one that a gate hangs on it cannot be told."""
    if comparison.of_status("worse"):
        return ExitCode.FAIL
    if any(it.key and it.status in ("unproven", "gone") for it in comparison.changes):
        return ExitCode.UNPROVEN
    return ExitCode.PASS


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code of a command whose parts ended with these."""
    return max(codes, key=PRECEDENCE.index, default=ExitCode.PASS)
