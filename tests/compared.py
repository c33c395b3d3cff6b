"""Made runs that are held against each other: as it was, slower, with a longer tail, and gated."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from latprobe.comparator import compare_sides, observed
from latprobe.run.change import Comparison
from latprobe.run.counters import SimulationPass
from latprobe.run.model import AllocationTotals, RunDocument
from tests.event_cases import SIMULATION
from tests.runs import NO_ALLOCATIONS, MadeRun

STAGES = ("parse", "book")
BODY = {200 + 4 * place: 40 + 10 * min(place, 50 - place) for place in range(51)}
"""Some 8,500 messages of 200 to 400 ns."""


def slower(counts: Mapping[int, int], ratio: float) -> dict[int, int]:
    found: Counter[int] = Counter()
    for ns, count in counts.items():
        found[round(ns * ratio)] += count
    return found


def with_tail(counts: Mapping[int, int], one_in: int, later_ns: int) -> dict[int, int]:
    """The same, but one message in so many is that much later: of each time its part."""
    total = sum(counts.values())
    late = total // one_in
    found = Counter(counts)
    middle = sorted(counts)[len(counts) // 2]
    found[middle] -= late
    found[middle + later_ns] += late
    return found


def times(
    parse: Mapping[int, int], book: Mapping[int, int]
) -> dict[str, dict[str, Mapping[int, int]]]:
    total: Counter[int] = Counter()
    for one, other in zip(sorted(parse), sorted(book), strict=False):
        total[one + other] += parse[one]
    return {
        "add_order": {"parse": parse, "book": book, "total": total},
        "trade": {"parse": BODY, "book": BODY, "total": {2 * ns: it for ns, it in BODY.items()}},
    }


BASE = MadeRun(
    scenario="engine",
    target="engine",
    family="engine",
    stages=STAGES,
    times=times(BODY, BODY),
    costs_ns=(580.0, 582.0, 581.0, 579.0, 580.5),
    allocations={"add_order": NO_ALLOCATIONS, "trade": NO_ALLOCATIONS},
    granularity_ns=1.0,
    offset_error_ns=0.2,
    forks=5,
)
SLOWER = replace(
    BASE,
    times=times(BODY, slower(BODY, 1.2)),
    costs_ns=(598.0, 600.0, 599.0, 601.0, 597.0),
    allocations={"add_order": AllocationTotals(1, 1, 0, 96), "trade": NO_ALLOCATIONS},
)
"""`book` takes a fifth more for orders, and allocates."""


def document(made: MadeRun, name: str, *budgets: str) -> RunDocument:
    run = made.document()
    scenario = msgspec.structs.replace(run.scenario, budgets=budgets)
    return msgspec.structs.replace(run, id=f"{run.scenario.name}-{name}", scenario=scenario)


def compared(before: MadeRun, after: MadeRun, *budgets: str, anyway: bool = False) -> Comparison:
    return compare_sides(
        observed(document(before, "20261119"), "base"),
        observed(document(after, "20261120", *budgets), "new"),
        anyway=anyway,
    )


def simulated() -> SimulationPass:
    kinds = tuple(
        msgspec.structs.replace(it, stages=it.stages[:2], kind=kind)
        for it, kind in zip(SIMULATION.kinds, ("add_order", "trade"), strict=True)
    )
    return msgspec.structs.replace(SIMULATION, kinds=kinds)
