"""Made events of the engine that reports and verdicts are tested with."""

from collections.abc import Mapping
from dataclasses import replace

from latprobe.run.counters import (
    Cache,
    Caches,
    Counted,
    CounterPass,
    EventSums,
    KindEvents,
    SimulationPass,
    StageCounts,
    Unsupported,
)
from tests.report_cases import AFTER, STAGES
from tests.runs import MadeRun

CACHES = Caches(
    "epyc-9004", Cache(32 << 10, 8, 64), Cache(32 << 10, 8, 64), Cache(32 << 20, 16, 64)
)
NO_COUNTER = (
    "this processor has no such counter, or the host of this virtual machine does not pass it on; "
    "`--simulate` simulates instructions, caches and branches"
)


def sums(messages: int, instructions: int, misses: int = 0, branches: int = 0) -> EventSums:
    events = {
        "instructions": instructions,
        "branches": branches,
        "branch-misses": misses,
        "L1d-accesses": instructions // 2,
        "L1d-misses": misses,
        "L1i-misses": 0,
        "LLC-misses": 0,
    }
    return EventSums(messages, events)


SIMULATION = SimulationPass(
    messages=1_000,
    warmup=100,
    kinds=(
        KindEvents(
            "add_order",
            sums(900, 180_900, 450, 18_000),
            tuple(sums(900, 9_000 * (index + 1), 90, 1_800) for index in range(len(STAGES))),
        ),
        KindEvents(
            "heartbeat",
            sums(100, 2_000),
            (sums(100, 1_000), *(sums(0, 0) for _ in STAGES[1:])),
        ),
    ),
    caches=CACHES,
    valgrind="valgrind-3.19.0",
    mark_instructions=11.5,
    seconds=2.5,
)


def counted(share: float = 1.0, **events: float) -> dict[str, Counted]:
    names: Mapping[str, str] = {"branch_misses": "branch-misses", "page_faults": "page-faults"}
    return {names.get(name, name): Counted(value, share) for name, value in events.items()}


def fork(cycles: float, share: float = 1.0, *, by_stage: bool = True) -> CounterPass:
    stage = StageCounts(1_000, counted(instructions=20_000.0, cycles=cycles / 5))
    return CounterPass(
        messages=1_000,
        reading="rdpmc" if by_stage else "read",
        groups=(("instructions", "cycles"), ("branch-misses",), ("page-faults",)),
        events=counted(instructions=200_000.0, cycles=cycles, page_faults=0.0)
        | counted(share, branch_misses=500.0),
        unsupported={"LLC-misses": NO_COUNTER},
        stages=(stage,) * len(STAGES) if by_stage else (),
        stages_unsupported=None if by_stage else "cycles cannot be read by rdpmc",
    )


COUNTED = replace(AFTER, counted=(fork(100_000.0), fork(102_000.0, 0.5)))
SIMULATED = replace(AFTER, simulation=SIMULATION)
KERNEL_ALONE = CounterPass(
    messages=1_000,
    reading="read",
    groups=(("page-faults", "context-switches"),),
    events={"page-faults": Counted(4.0, 1.0), "context-switches": Counted(0.0, 1.0)},
    unsupported=dict.fromkeys(("instructions", "cycles"), NO_COUNTER),
    stages_unsupported="stages need the processor's counters",
)
UNSUPPORTED: MadeRun = replace(
    AFTER,
    counted=(KERNEL_ALONE,),
    counters=("instructions", "cycles", "page-faults", "context-switches"),
    unsupported=(
        Unsupported(
            "simulated counters",
            "the target has instructions that valgrind does not know, such as AVX-512",
            "build it for a processor without them to have it simulated",
        ),
    ),
)
