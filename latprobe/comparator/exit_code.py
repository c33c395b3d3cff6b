"""The exit codes that verdicts, comparisons and forks that failed call for."""

from collections.abc import Iterable

from latprobe.comparator.estimate import Outcome
from latprobe.exit_code import ExitCode, gravest
from latprobe.run.change import Comparison
from latprobe.run.model import Failure

OF_OUTCOME: dict[Outcome, ExitCode] = {
    "pass": ExitCode.PASS,
    "fail": ExitCode.FAIL,
    "unproven": ExitCode.UNPROVEN,
}


def exit_code_of(outcomes: Iterable[Outcome]) -> ExitCode:
    """The exit code for verdicts, each given by its `verdict`. Without any, nothing is broken."""
    return gravest(OF_OUTCOME[outcome] for outcome in outcomes)


def exit_code_of_failure(failure: Failure) -> ExitCode:
    """2 where the target refused what it was given, which its user can mend; 4 where it broke."""
    return ExitCode.USAGE if failure.reason == "refused" else ExitCode.CRASHED


def exit_code_of_comparison(comparison: Comparison) -> ExitCode:
    """1 where any figure is worse; 3 where of one that a gate hangs on it cannot be told."""
    if comparison.of_status("worse"):
        return ExitCode.FAIL
    if any(it.key and it.status in ("unproven", "gone") for it in comparison.changes):
        return ExitCode.UNPROVEN
    return ExitCode.PASS
