"""A run as one side of a comparison: every figure of it that can be held against another's."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from latprobe.comparator.budget import Budget, parse_budget
from latprobe.comparator.dimension import Dimension
from latprobe.comparator.evidence import Evidence, Latency
from latprobe.comparator.figure import FIGURES, TIMINGS, Figure, find_figure
from latprobe.comparator.gather import evidence_of
from latprobe.comparator.hop_scope import DEPTH, is_depth
from latprobe.comparator.observe import observe
from latprobe.comparator.scope import WHOLE, Scope
from latprobe.comparator.target_names import names_of
from latprobe.run.conditions import conditions_of, side_of
from latprobe.run.events import RATIOS, SIMULATED
from latprobe.run.measured import Measured
from latprobe.run.model import RunDocument
from latprobe.run.observation import Observation, Observed

_QUANTILES: Final = ("p50", "p90", "p99", "p99.9", "p99.99")
_COUNTED: Final = (
    "allocations",
    "max allocations",
    "reallocations",
    "frees",
    "bytes",
    "max rss",
    "max heap",
    *SIMULATED,
    "cycles",
    "dTLB-misses",
    *RATIOS,
)


def observed(run: RunDocument, label: str, budgets: Sequence[Budget] = ()) -> Observed:
    """All that is compared of a run.

    Args:
        run: The run.
        label: What it is called in the comparison.
        budgets: Figures that are wanted besides the usual ones; those of the run's own scenario
            are in any case.
    """
    measured = measured_of(run)
    own = budgets_of(run)
    return Observed(
        side_of(run, label),
        conditions_of(run, measured),
        tuple(observations_of(measured, [*own, *budgets])),
        run.scenario.budgets,
    )


def measured_of(run: RunDocument) -> Measured:
    """The results of a run's forks."""
    return Measured(
        run.target.stages, run.spans, run.forks, run.target.hops, run.skews, run.unsupported
    )


def budgets_of(run: RunDocument) -> list[Budget]:
    """The budgets of a run's scenario, parsed."""
    names = names_of(run.target)
    return [parse_budget(text, names) for text in run.scenario.budgets]


def gate_budgets(run: RunDocument, gates: Iterable[str]) -> list[Budget]:
    """Figures that are named as a budget begins, such as `parse[trade]: p99`.

    Raises:
        BudgetError: for what is none of the run's target.
    """
    names = names_of(run.target)
    return [parse_budget(as_budget(text), names) for text in gates]


def as_budget(figure: str) -> str:
    """A figure as a budget that can be parsed."""
    return f"{figure} <= baseline"


def observations_of(measured: Measured, budgets: Iterable[Budget]) -> Iterator[Observation]:
    """Each figure of each scope, the usual ones and those that budgets name, once."""
    wanted: dict[Scope, dict[str, Figure]] = {}
    for budget in budgets:
        wanted.setdefault(budget.scope, {})[budget.figure.name] = budget.figure
    whole_ns = _time_ns(evidence_of(measured, WHOLE))
    usual = _usual_figures()
    of_depths = {
        name: replace(figure, dimensions=(Dimension.COUNT,))
        for name, figure in usual.items()
        if figure.is_latency and figure.timing == "service"
    }
    for scope in dict.fromkeys([*_scopes(measured), *wanted]):
        evidence = evidence_of(measured, scope)
        figures = {**(of_depths if is_depth(scope.first) else usual), **wanted.get(scope, {})}
        share = _time_ns(evidence) / whole_ns if whole_ns else 1.0
        for figure in figures.values():
            if figure.is_run_wide and scope != WHOLE:
                continue
            found = observe(scope, figure, evidence)
            if found is not None:
                yield msgspec.structs.replace(found, share=min(1.0, share))


def _scopes(measured: Measured) -> Iterator[Scope]:
    queues = [*(hop.name for hop in measured.hops), *measured.service_queues]
    rows = [*measured.rows, *(f"{it}{DEPTH}" for it in queues)]
    # The figures of the only kind that there is are those of all.
    kinds = measured.kinds if len(measured.kinds) > 1 else ()
    for kind in (None, *kinds):
        for row in rows:
            first, _, last = row.partition("..")
            yield Scope(first, last or first, kind)


def _usual_figures() -> dict[str, Figure]:
    names = ["mean", *_QUANTILES]
    for timing in TIMINGS:
        names += [f"{timing} {name}" for name in ("mean", *_QUANTILES)]
    figures = [find_figure(name, name, 0) for name in names]
    figures += [FIGURES[name] for name in ("cost", "throughput", *_COUNTED, "errors")]
    return {figure.name: figure for figure in figures}


def _time_ns(evidence: Evidence) -> float:
    """The time that all messages of a scope took together."""
    if not isinstance(evidence.latency, Latency):
        return 0.0
    forks = zip(evidence.latency.forks, evidence.latency.fork_means_ns, strict=False)
    return sum(max(0.0, mean) * fork.count for fork, mean in forks)
