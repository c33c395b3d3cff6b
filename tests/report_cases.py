"""The made runs that reports are tested with: an engine, its slower first version, and failures."""

from dataclasses import replace

from latprobe.run.model import (
    AllocationTotals,
    Failure,
    Span,
    VerdictRecord,
    Warning,  # noqa: A004  # the design's word
)
from tests.runs import NO_ALLOCATIONS, MadeRun

STAGES = ("parse", "book", "risk", "route", "decide")
PARSE = {5: 9_000, 10: 990, 400: 10}
BOOK = {20: 5_000, 30: 4_000, 40: 900, 50: 80, 90: 15, 1_200: 4, 85_000: 1}
TOTAL = {60: 5_000, 70: 4_000, 80: 900, 90: 80, 190: 15, 1_300: 4, 86_000: 1}

VERDICTS = (
    VerdictRecord(
        "risk..decide: p99.9 < 50ns", "unproven", 90, (50.0, 110.0), 50.0, "ns", "a part of it"
    ),
    VerdictRecord("parse: p50 < 15ns", "pass", None, (0.0, 10.4), 15.0, "ns", "a bound decides"),
    VerdictRecord("decide: allocations == 0", "fail", 1.0, (1.0, 1.0), 0.0, "", "1 a message"),
    VerdictRecord(
        "total: throughput >= 1M/s", "pass", 24.1e6, (23e6, 25e6), 1e6, "/s", "all of it"
    ),
    VerdictRecord("total: bytes < 1KiB", "pass", 48.0, (48.0, 48.0), 1024.0, "B", "exact"),
    VerdictRecord("errors < 0.01%", "fail", 0.012, (0.012, 0.012), 0.0001, "share", "12 of 1,000"),
    VerdictRecord("book[trade]: p99 < 1us", "unproven", None, None, 1e3, "ns", "no trade was seen"),
)

AFTER = MadeRun(
    scenario="engine-after",
    description="parse to decide, without an allocation",
    target="engine-after",
    family="engine",
    stages=STAGES,
    spans=(Span("risk", "decide"),),
    times={
        "add_order": {
            "parse": PARSE,
            "book": BOOK,
            "risk": PARSE,
            "route": PARSE,
            "decide": BOOK,
            "risk..decide": BOOK,
            "total": TOTAL,
        },
        "heartbeat": {"parse": {5: 12}, "total": {5: 12}},
    },
    costs_ns=(41.2, 41.9),
    allocations={"add_order": NO_ALLOCATIONS, "heartbeat": NO_ALLOCATIONS},
)
"""An engine of five stages on two kinds of messages, one of which ends after the first."""

JUDGED = replace(
    AFTER,
    allocations={"add_order": AllocationTotals(1, 1, 0, 96), "heartbeat": NO_ALLOCATIONS},
    verdicts=VERDICTS,
    failures=(("allocations", Failure("crashed", "ended by SIGSEGV; it said: oh\nno", 1_234)),),
    errors={"bad length": 11, "unknown type": 1},
    metrics={"pool.hit_rate": 0.98125, "queue.depth": 3.0},
    warnings=(Warning("the forks' costs lie 12 % apart", "run again, or with more forks"),),
)
"""The same engine, of which everything that can be said is said."""

BEFORE = MadeRun(
    scenario="engine-before",
    target="engine-before",
    family="engine",
    stages=STAGES,
    times={
        "add_order": {"parse": PARSE, "total": {3 * ns: count for ns, count in TOTAL.items()}},
        "heartbeat": {"parse": {5: 12}, "total": {5: 12}},
    },
    costs_ns=(141.2, 141.9),
    allocations={"add_order": AllocationTotals(3, 3, 0, 800)},
)
"""The engine as it was written first."""

DEAD = MadeRun(
    scenario="engine-dead",
    target="engine-dead",
    family="engine",
    stages=STAGES,
    failures=(("latency", Failure("hung", "no message was finished in 10 s", None)),),
    harness_cost_ns=None,
)
"""An engine of which nothing was measured."""
