"""Holds figures against budgets, and targets of a family against each other."""

from latprobe.comparator.budget import Budget, parse_budget
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
from latprobe.comparator.exit_code import ExitCode, exit_code_of, exit_code_of_comparison, gravest
from latprobe.comparator.figure import events_needed, needs_events_of_the_processor
from latprobe.comparator.judge_baseline import Baselines
from latprobe.comparator.judge_run import disagreements, judge_run
from latprobe.comparator.judge_soak import judge_soak
from latprobe.comparator.observed import observed
from latprobe.comparator.scope import Scope, TargetNames
from latprobe.comparator.soak_evidence import Group, SoakEvidence, SoakTimes
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
    "ExitCode",
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
    "gravest",
    "judge",
    "judge_run",
    "judge_soak",
    "needs_events_of_the_processor",
    "observed",
    "parse_budget",
]
