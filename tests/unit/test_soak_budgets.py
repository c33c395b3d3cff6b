"""Budgets that only a soak can keep: over windows, from a moment on, and on trends."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np
import pytest

from latprobe import _core
from latprobe.comparator import Group, SoakEvidence, TargetNames, judge_soak, parse_budget
from latprobe.errors import BudgetError
from latprobe.run.model import VerdictRecord

NAMES = TargetNames(["parse", "in"], ["trade"])
INTERVALS = 60
INTERVAL_S = 10.0


class ScriptedTimes:
    """Each interval has 100,000 messages: most take what `ns` says, and 1 in 500 ten times that."""

    def __init__(self, ns: Sequence[int]) -> None:
        self.ns = ns

    def groups(self, tag: str, runs: Sequence[range]) -> Iterator[Group]:
        factor = 2 if tag == "response" else 1
        for run in runs:
            times, sum_ns = _core.Histogram(), 0.0
            for index in run:
                ns = self.ns[index] * factor
                times.record(ns, 99_800)
                times.record(10 * ns, 200)
                sum_ns += ns * (99_800 + 2_000)
            yield Group(run.start, times, sum_ns)


def soak(
    ns: Callable[[int], int] = lambda _: 1_000, **columns: Callable[[int], float]
) -> SoakEvidence:
    """An hour's sixth in intervals of ten seconds; columns by the number of the interval."""
    index = range(INTERVALS)
    usual: dict[str, Callable[[int], float]] = {
        "elapsed_s": lambda it: it * INTERVAL_S,
        "seconds": lambda _: INTERVAL_S,
        "messages": lambda _: 100_000,
        "recorded": lambda _: 100_000,
        "errors": lambda _: 0,
        "heap_floor_bytes": lambda _: float("nan"),
        **{it: lambda _: 0 for it in ("allocations", "frees", "reallocations", "allocated_bytes")},
        **{it: lambda _: 1e6 for it in ("rss_bytes", "heap_bytes")},
    }
    table = {name: np.array([of(it) for it in index]) for name, of in {**usual, **columns}.items()}
    return SoakEvidence(table, ScriptedTimes([ns(it) for it in index]), 1.0, 0.5, INTERVAL_S)


def verdict(text: str, evidence: SoakEvidence) -> VerdictRecord:
    (found,) = judge_soak([parse_budget(text, NAMES, is_of_soak=True)], evidence)
    return found


def test_one_bad_minute_breaks_a_budget_on_every_minute_and_is_named() -> None:
    evidence = soak(lambda it: 50_000 if 24 <= it < 30 else 1_000)

    assert verdict("total: p99 < 20us", evidence).verdict == "fail"
    assert verdict("total: p50 < 20us", evidence).verdict == "pass"
    found = verdict("total: p50 < 20us in every 1m", evidence)
    assert found.verdict == "fail"
    assert "from 00:04:00 on" in found.reason
    assert "1 of 10 windows break it" in found.reason
    assert verdict("total: p50 < 20us in every 1m after 5m", evidence).verdict == "pass"
    assert verdict("parse: p99.9 < 20us in every 1m after 5m", evidence).verdict == "pass"


def test_response_has_its_own_times() -> None:
    assert verdict("total: response p50 < 1.5us in every 1m", soak()).verdict == "fail"
    assert verdict("total: p50 < 1.5us in every 1m", soak()).verdict == "pass"


def test_a_window_with_too_few_messages_beyond_a_percentile_proves_nothing() -> None:
    found = verdict("total: p99.9999 < 1s in every 1m", soak())

    assert found.verdict == "unproven"
    assert "takes 10,000,000 messages" in found.reason


def test_allocations_count_exactly_from_a_moment_on() -> None:
    evidence = soak(allocations=lambda it: 7 if it < 30 else 0)

    assert verdict("allocations == 0", evidence).verdict == "fail"
    assert verdict("total: allocations == 0 after 5m", evidence).verdict == "pass"
    assert verdict("allocations == 0 after 1h", evidence).verdict == "unproven"


@pytest.mark.parametrize(
    ("budget", "expected"),
    [("errors < 0.01% in every 1m", "fail"), ("errors < 0.01%", "pass"), ("errors == 0", "fail")],
)
def test_errors_are_held_against_each_window(budget: str, expected: str) -> None:
    evidence = soak(errors=lambda it: 100 if it == 20 else 0)

    assert verdict(budget, evidence).verdict == expected


def test_a_leak_of_eight_bytes_in_a_thousand_messages_is_found_in_ten_minutes() -> None:
    # 100,000 messages a second lose a block of 32 bytes, the smallest, a hundred times a second.
    noise = np.random.default_rng(1).normal(0, 2_000, INTERVALS)
    leaking = soak(heap_bytes=lambda it: 1e6 + 32_000 * it + noise[it])

    found = verdict("heap slope < 1MiB/h", leaking)

    assert found.verdict == "fail"
    assert found.figure == pytest.approx(3_200 * 3_600, rel=0.05)
    clean = soak(heap_bytes=lambda it: 1e6 + noise[it])
    assert verdict("heap slope < 1MiB/h", clean).verdict == "pass"


def test_memory_that_was_taken_once_is_no_leak() -> None:
    def step(at: int) -> Callable[[int], float]:
        return lambda it: 1e6 + 1e5 * (it > at)

    for at in (1, 20, 58):
        found = verdict("rss slope < 1kB/h", soak(rss_bytes=step(at)))
        assert found.verdict == "unproven", at
    assert verdict("rss slope < 1kB/h", soak()).verdict == "pass"


def test_the_heap_is_looked_at_where_a_feed_begins_anew() -> None:
    # Looked at at moments that wander through the feed, what fills in each round seems to grow.
    evidence = soak(
        heap_bytes=lambda it: 1e6 + 1_000 * it,
        heap_floor_bytes=lambda it: 1e6 if it % 2 else float("nan"),
    )

    assert verdict("heap slope < 1B/h", evidence).verdict == "pass"


def test_a_latency_that_drifts_is_told_in_percent_an_hour() -> None:
    drifting = soak(lambda it: 10_000 + 10 * it)  # 600 ns in a sixth of an hour, of 10.3 us

    found = verdict("total: p50 drift < 20%/h", drifting)

    assert found.verdict == "fail"
    assert found.figure == pytest.approx(0.35, rel=0.02)
    assert verdict("total: mean drift < 40%/h", drifting).verdict == "pass"
    assert verdict("latency drift < 1%/h", soak(lambda _: 10_000)).verdict == "pass"
    assert verdict("latency drift < 1%/h", soak(lambda _: 100)).verdict == "unproven", "1 ns of 100"


def test_too_short_a_soak_has_no_trend() -> None:
    assert verdict("rss slope < 1MiB/h after 8m", soak()).verdict == "unproven"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("total: p99 < 5us in 1m", "expected `every`"),
        ("total: p99 < 5us in every 1x", "no length of time|not a length of time"),
        ("rss slope < 1MiB", "a growth"),
        ("rss slope < 1MiB/h in every 1m", "and not by windows"),
        ("parse[trade]: p99 < 1us", "does not tell kinds apart"),
        ("parse..in: p99 < 1us", "no spans"),
        ("total: cold p99 < 1us", "no `cold` times"),
        ("throughput > 1/s", "does not measure `throughput`"),
        ("parse: allocations == 0", "for whole messages"),
    ],
)
def test_what_a_soak_does_not_have_is_refused_with_words(text: str, words: str) -> None:
    with pytest.raises(BudgetError, match=words):
        parse_budget(text, NAMES, is_of_soak=True)


@pytest.mark.parametrize(
    "text", ["total: p99 < 5us in every 1m", "rss slope < 1MiB/h", "total: p99 < 5us after 1m"]
)
def test_a_run_refuses_what_is_for_soaks(text: str) -> None:
    with pytest.raises(BudgetError, match=r"only a soak has windows and trends"):
        parse_budget(text, NAMES)


def test_stages_may_be_called_as_the_words_of_windows() -> None:
    budget = parse_budget("in: p99 < 5us in every 1m after 2 m", NAMES, is_of_soak=True)

    assert (budget.scope.first, budget.limit.value) == ("in", Fraction(5_000))
    assert (budget.window.every_s, budget.window.after_s) == (60.0, 120.0)
