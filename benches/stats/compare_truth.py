"""How often `latprobe compare` is right, on forks that are simulated.

Runs of two stages and two kinds, whose forks differ in speed as real ones do. Of two that are alike
in truth nothing may be called worse or better; one message in 500 that is later by 2 µs has to be
found, and explained as tail.
"""

import random
from collections import Counter
from dataclasses import replace

import msgspec

from latprobe.comparator import compare_sides, observed
from latprobe.comparator.explain import explain_comparison
from latprobe.run.model import RunDocument
from tests.runs import MadeRun

_MESSAGES = 20_000
_LATER_NS = 2_000.0
_ONE_IN = 500
_FORK_SPREAD = 0.01


class CompareTruth(msgspec.Struct, frozen=True):
    """What came of so many trials."""

    trials: int
    false_alarms: int
    tails_found: int
    tails_explained: int


def compare_truth(trials: int = 100, forks: int = 5) -> CompareTruth:
    """Compares simulated runs: alike in truth, and with a tail on the second side."""
    alarms = found = explained = 0
    for trial in range(trials):
        base = simulated(3 * trial, forks)
        same = simulated(3 * trial + 1, forks)
        late = simulated(3 * trial + 2, forks, later_ns=_LATER_NS)
        sides = [observed(it, "run") for it in (base, same, late)]
        alike = compare_sides(sides[0], sides[1], anyway=True)
        alarms += bool(alike.of_status("worse") or alike.of_status("better"))
        moved = compare_sides(sides[0], sides[2], anyway=True)
        found += bool(moved.of_status("worse"))
        findings = explain_comparison(moved, base, late).findings
        explained += any(it.topic == "tail" and it.stage == "book" for it in findings)
    return CompareTruth(trials, alarms, found, explained)


def simulated(seed: int, forks: int, *, later_ns: float = 0.0) -> RunDocument:
    """A run whose forks differ; one message in 500 takes that much longer in the second stage."""
    chance = random.Random(seed)  # noqa: S311  # nothing secret
    documents = [_one_fork(chance, later_ns) for _ in range(forks)]
    whole = documents[0]
    timed = [it for run in documents for it in run.forks if it.collector in ("latency", "cost")]
    kept = [it for it in whole.forks if it.collector not in ("latency", "cost")]
    return msgspec.structs.replace(whole, id=f"run-{seed}", forks=(*kept, *timed))


def _one_fork(chance: random.Random, later_ns: float) -> RunDocument:
    speed = 1 + _FORK_SPREAD * chance.gauss(0, 1)
    times: dict[str, dict[str, Counter[int]]] = {}
    total_ns = 0.0
    for kind, median_ns in (("order", 300.0), ("trade", 500.0)):
        rows = {row: Counter[int]() for row in ("parse", "book", "total")}
        for _ in range(_MESSAGES // 2):
            parse = speed * median_ns * chance.lognormvariate(0, 0.15)
            book = speed * median_ns * chance.lognormvariate(0, 0.25)
            book += later_ns * (chance.random() < 1 / _ONE_IN)
            for row, ns in (("parse", parse), ("book", book), ("total", parse + book)):
                rows[row][round(ns)] += 1
            total_ns += parse + book
        times[kind] = rows
    made = MadeRun(stages=("parse", "book"), times=times, granularity_ns=1.0, forks=1)
    return replace(made, costs_ns=(total_ns / _MESSAGES,)).document()
