"""What a measure comes to for its test."""

from dataclasses import dataclass
from typing import Literal

from latprobe.api.result import Result
from latprobe.comparator import exit_code_of_comparison
from latprobe.exit_code import ExitCode
from latprobe.run.change import Change, Comparison
from latprobe.run.model import VerdictRecord


@dataclass(frozen=True)
class Outcome:
    """What a measure comes to.

    Attributes:
        verdict: Whether the test is to pass, where nothing else says otherwise.
        headline: Why not, in one line; how many budgets are kept where it does.
        doubts: What could be told neither kept nor broken, a line each.
    """

    verdict: Literal["pass", "fail", "unproven"]
    headline: str
    doubts: tuple[str, ...]


def outcome_of(result: Result, comparison: Comparison | str | None) -> Outcome:
    """Weighs verdicts, forks, and what changed; a text in its place says why that is not known."""
    of: dict[str, list[VerdictRecord]] = {"pass": [], "fail": [], "unproven": []}
    for verdict in result.verdicts:
        of[verdict.verdict].append(verdict)
    doubts = [f"{it.budget}: {it.reason}" for it in of["unproven"]]
    problems = [*result.failures]
    if of["fail"]:
        problems.append(f"{len(of['fail'])} of {len(result.verdicts)} budgets broken")
    if isinstance(comparison, str):
        doubts.append(comparison)
    elif comparison is not None:
        base = comparison.before.run
        worse = [it.name for it in comparison.changes if it.status == "worse"]
        if worse:
            problems.append(f"worse than {base}: {', '.join(worse)}")
        if exit_code_of_comparison(comparison) is ExitCode.UNPROVEN:
            doubts += [f"{it.name} against {base}: {it.words}" for it in _in_doubt(comparison)]
    if problems:
        return Outcome("fail", f"{result.name}: {'; '.join(problems)}", tuple(doubts))
    counts = ", ".join(f"{len(some)} {name}" for name, some in of.items() if some)
    return Outcome("unproven" if doubts else "pass", f"{result.name}: {counts}", tuple(doubts))


def _in_doubt(comparison: Comparison) -> list[Change]:
    return [it for it in comparison.changes if it.key and it.status in ("unproven", "gone")]
