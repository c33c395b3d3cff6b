"""Memory over time: what budgets say of it, and how it reads."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from latprobe.comparator import TargetNames, compare_sides, judge_run, observed, parse_budget
from latprobe.errors import RunError
from latprobe.history.entry import entry_of
from latprobe.report.memory_plot import write_memory_plot
from latprobe.report.table import print_run
from latprobe.run.measured import Measured
from latprobe.run.memory import MemoryPass, MemorySamples
from latprobe.run.model import Failure, VerdictRecord
from tests.report_cases import AFTER, STAGES
from tests.report_snapshots import assert_matches, plain
from tests.runs import MadeRun

KIB = 1024


def memory(
    heap: Callable[[int], int] | None, rss: Callable[[int], int] = lambda _: 20 * KIB * KIB
) -> MemoryPass:
    """One fork of 100 messages to warm up and 1,000 that count, looked at each 100."""
    looks = tuple(range(0, 1_101, 100))
    samples = MemorySamples(
        messages=looks,
        ns=tuple(1_000 * it for it in looks),
        rss_bytes=tuple(map(rss, looks)),
        heap_bytes=None if heap is None else tuple(map(heap, looks)),
        huge_bytes=(0,) * len(looks),
        minor_faults=tuple(it // 50 for it in looks),
        major_faults=(0,) * len(looks),
    )
    return MemoryPass(1_100, 100, samples, 12 * 450_000, 17 * KIB * KIB)


def leaks(each: int) -> Callable[[int], int]:
    return lambda messages: 8 * KIB + each * messages


LEAKING = replace(AFTER, memories=(memory(leaks(10)), memory(leaks(12))))
STEADY = replace(AFTER, memories=(memory(leaks(0)), memory(leaks(0))))
OF_PYTHON = replace(AFTER, memories=(memory(None), memory(None)))


def verdict(made: MadeRun, budget: str) -> VerdictRecord:
    run = made.document()
    measured = Measured(run.target.stages, run.spans, run.forks)
    (found,) = judge_run(run.scenario, measured, [parse_budget(budget, TargetNames(STAGES, ()))])
    return found


@pytest.mark.parametrize(
    ("made", "budget", "expected"),
    [
        # From message 100 to 1,100: 10 and 12 kB; at most 8 KiB and 13,200 B.
        (LEAKING, "heap growth <= 12kB", "pass"),
        (LEAKING, "heap growth < 12kB", "fail"),
        (LEAKING, "max heap <= 21_392B", "pass"),
        (LEAKING, "max heap < 21_392B", "fail"),
        # 11 B a message, give or take what two forks leave open.
        (LEAKING, "heap slope < 24B/msg", "pass"),
        (LEAKING, "heap slope < 11B/msg", "unproven"),
        (LEAKING, "heap slope > 30MiB/Mmsg", "fail"),
        (STEADY, "heap growth == 0", "pass"),
        (STEADY, "heap slope <= 0B/msg", "pass"),
        (STEADY, "max rss < 20MiB", "fail"),
        (STEADY, "minor faults == 20", "pass"),
        (STEADY, "major faults == 0", "pass"),
    ],
)
def test_memory_is_judged_as_a_fact_and_its_slope_by_the_spread_of_forks(
    made: MadeRun, budget: str, expected: str
) -> None:
    assert verdict(made, budget).verdict == expected


@pytest.mark.parametrize(
    ("made", "budget", "reason"),
    [
        (AFTER, "max rss < 1GiB", "`--memory` asks for one"),
        (
            replace(AFTER, failures=(("memory", Failure("crashed", "by SIGSEGV", 1)),)),
            "max rss < 1GiB",
            "no memory pass came to its end",
        ),
        (OF_PYTHON, "max heap < 1GiB", 'PYTHONMALLOC = "malloc"'),
        (replace(LEAKING, memories=(memory(leaks(1)),)), "heap slope < 1KiB/msg", "a single fork"),
    ],
)
def test_what_was_not_seen_is_unproven_with_the_reason(
    made: MadeRun, budget: str, reason: str
) -> None:
    found = verdict(made, budget)

    assert found.verdict == "unproven"
    assert reason in found.reason


def test_a_figure_of_memory_reads_as_a_budget_takes_it() -> None:
    assert verdict(LEAKING, "heap slope < 11B/msg").reason.startswith(
        "heap slope is 10.5 MiB/Mmsg, -1.63 MiB/Mmsg to 22.6 MiB/Mmsg, at 95 % confidence: "
    )
    assert verdict(LEAKING, "heap growth < 12kB").reason == (
        "11.7 KiB from the first message that counts to the last, the most in any of 2 forks: "
        "< 12kB does not hold"
    )


def test_the_table_says_where_memory_began_and_how_fast_it_grows() -> None:
    grown = replace(LEAKING, memories=(memory(leaks(10)), memory(leaks(12), leaks(16 * KIB))))
    of_python = replace(OF_PYTHON, scenario="of-python")

    def report(console: Any) -> None:
        for made in (grown, of_python):
            print_run(made.document(), console)

    assert_matches("memory.txt", plain(report))


def test_the_most_memory_of_two_runs_is_compared_over_their_forks() -> None:
    def steady(mib: float) -> MemoryPass:
        return memory(None, lambda _: int(mib * KIB * KIB))

    def with_rss(*mib: float) -> MadeRun:
        return replace(AFTER, memories=tuple(map(steady, mib)))

    before = with_rss(20.0, 20.1, 19.9).document()
    after = with_rss(30.0, 30.1, 30.2).document()
    changes = compare_sides(observed(before, "base"), observed(after, "new")).changes

    (rss,) = (it for it in changes if it.figure == "max rss")
    assert rss.status == "worse"
    assert rss.words.startswith("more by 50.")


def test_the_history_keeps_the_most_memory_and_how_fast_it_grew() -> None:
    points = {
        (it.figure, it.unit): value for it, value in entry_of(LEAKING.document()).points.items()
    }

    assert points["max heap", "B"] == 21_392
    assert points["heap slope", "B/msg"] == pytest.approx(11.0)
    assert points["max rss", "B"] == 20 * KIB * KIB


def test_memory_is_drawn_for_runs_that_looked_at_it(tmp_path: Path) -> None:
    picture = tmp_path / "memory.svg"

    write_memory_plot([LEAKING.document()], picture)

    text = picture.read_text(encoding="utf-8")
    assert "engine-after" in text
    with pytest.raises(RunError, match="--memory"):
        write_memory_plot([AFTER.document()], picture)
