"""A run held to other budgets than those that it was made with."""

from collections.abc import Sequence

import msgspec

from latprobe.comparator import judge_run, names_of, parse_budget
from latprobe.run.assemble import with_verdicts
from latprobe.run.measured import Measured
from latprobe.run.model import RunDocument


def judge_again(run: RunDocument, budgets: Sequence[str]) -> RunDocument:
    """The same run with verdicts on these budgets.

    What was not measured, since nobody asked for it then, is unproven.

    Raises:
        BudgetError: with the place in a budget, and what was expected there.
    """
    target = run.target
    measured = Measured(
        target.stages, run.spans, run.forks, target.hops, run.skews, run.unsupported
    )
    parsed = [parse_budget(text, names_of(target)) for text in budgets]
    scenario = msgspec.structs.replace(run.scenario, budgets=tuple(budgets))
    judged = msgspec.structs.replace(run, scenario=scenario)
    return with_verdicts(judged, judge_run(scenario, measured, parsed))
