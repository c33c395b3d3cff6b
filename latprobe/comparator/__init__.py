"""Holds figures against budgets, and targets of a family against each other."""

from latprobe.comparator.budget import Budget, of_whole_message, parse_budget
from latprobe.comparator.compare import compare_sides
from latprobe.comparator.digests import Digest, Disagreement, compare_digests, compare_with_pin
from latprobe.comparator.evidence import (
    Allocations,
    Amount,
    Cost,
    Errors,
    Evidence,
    Instrument,
    Latency,
    Unmeasured,
)
from latprobe.comparator.exit_code import (
    exit_code_of,
    exit_code_of_comparison,
    exit_code_of_failure,
)
from latprobe.comparator.figure import events_needed, needs_events_of_the_processor
from latprobe.comparator.judge_baseline import Baselines
from latprobe.comparator.judge_run import disagreements, judge_run
from latprobe.comparator.judge_soak import judge_soak
from latprobe.comparator.observed import observed
from latprobe.comparator.scope import Scope, TargetNames
from latprobe.comparator.soak_evidence import Group, SoakEvidence, SoakTimes
from latprobe.comparator.target_names import names_of
from latprobe.comparator.verdict import Verdict, judge

__all__ = [
    "Allocations",
    "Amount",
    "Baselines",
    "Budget",
    "Cost",
    "Digest",
    "Disagreement",
    "Errors",
    "Evidence",
    "Group",
    "Instrument",
    "Latency",
    "Scope",
    "SoakEvidence",
    "SoakTimes",
    "TargetNames",
    "Unmeasured",
    "Verdict",
    "compare_digests",
    "compare_sides",
    "compare_with_pin",
    "disagreements",
    "events_needed",
    "exit_code_of",
    "exit_code_of_comparison",
    "exit_code_of_failure",
    "judge",
    "judge_run",
    "judge_soak",
    "names_of",
    "needs_events_of_the_processor",
    "observed",
    "of_whole_message",
    "parse_budget",
]
