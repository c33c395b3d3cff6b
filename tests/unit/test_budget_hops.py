"""Budgets on what lies between the threads of a target."""

from dataclasses import replace

import pytest

from latprobe.comparator import TargetNames, judge, parse_budget
from latprobe.comparator.gather import evidence_of
from latprobe.errors import BudgetError
from latprobe.run.measured import Measured
from latprobe.run.threads import Hop, Skew
from tests.runs import MadeRun

NAMES = TargetNames(["parse", "decide"], ["trade"], ["ring", "my queue"])
ALONE = TargetNames(["parse", "ring wait"], ["trade"])

FAST, SLOW = {300: 10_000}, {9_000: 10_000}
RUN = MadeRun(
    stages=("parse", "decide"),
    times={
        "trade": {
            "parse": FAST,
            "ring wait": {2_000: 9_000, 40_000: 900},
            "decide": FAST,
            "total": FAST,
            "end_to_end": SLOW,
        }
    },
    costs_ns=(500.0, 510.0),
    hops=(Hop("ring", 1),),
    depths={"ring": {0: 9_000, 3: 990, 64: 10}},
    superseded=100,
    skews=(Skew(1, 0, -20.0, 80.0, 20_000),),
)


def verdict_on(run: MadeRun, text: str) -> tuple[str, float | None, str]:
    document = run.document()
    measured = Measured(run.stages, (), document.forks, run.hops, run.skews)
    budget = parse_budget(text, TargetNames(run.stages, ["trade"], [it.name for it in run.hops]))
    judged = judge(budget, evidence_of(measured, budget.scope))
    return judged.verdict, judged.figure, judged.reason


@pytest.mark.parametrize(
    ("text", "verdict", "figure"),
    [
        ("end_to_end: p99 < 20us", "pass", 9_000),
        ("end_to_end[trade]: p99 < 5us", "fail", 9_000),
        ("total: p99 < 1us", "pass", 300),
        ("ring wait: p50 < 5us", "pass", 2_000),
        ("ring wait: max < 5us", "fail", 40_000),
        ("ring depth: max <= 64", "pass", 64),
        ("ring depth: max < 64", "fail", 64),
        ("ring depth: min == 0", "pass", 0),
        ("ring depth: p99 <= 3", "pass", 3),
        ("ring depth[trade]: mean < 1", "pass", 0.361),
        ("superseded < 2%", "pass", 0.01),
        ("superseded <= 100", "fail", 200),
        ("dropped == 0", "pass", 0),
    ],
)
def test_each_is_judged_by_what_was_measured_of_it(text: str, verdict: str, figure: float) -> None:
    found, value, _ = verdict_on(RUN, text)

    assert found == verdict
    assert value == pytest.approx(figure, rel=1e-3)


def test_what_crosses_threads_is_no_finer_than_their_clocks_agree() -> None:
    """A wait of 2 µs lies within 100 ns of the skew, the clock's 10 ns and twice 0.4 ns."""
    for limit, verdict in ((2_120, "pass"), (2_090, "unproven"), (1_880, "fail")):
        found, _, reason = verdict_on(RUN, f"ring wait: p50 < {limit}ns")
        assert found == verdict, reason
    same_cpu = replace(RUN, skews=())
    assert verdict_on(same_cpu, "ring wait: p50 < 2090ns")[0] == "pass"
    assert verdict_on(RUN, "decide: p50 < 320ns")[0] == "pass", "it is on one thread"


def test_what_was_counted_says_so() -> None:
    assert "64, a fact about 20,000 messages" in verdict_on(RUN, "ring depth: max <= 64")[2]
    assert "200 superseded in 20,000 messages, 1 %" in verdict_on(RUN, "superseded < 2%")[2]
    assert "of a single fork" in verdict_on(replace(RUN, forks=1), "ring depth: p50 < 9")[2]
    assert "run 100,000 messages" in verdict_on(RUN, "ring depth: p99.99 < 9")[2]


def test_a_run_that_timed_nothing_leaves_them_unproven() -> None:
    nothing = MadeRun(stages=RUN.stages, hops=RUN.hops)

    for text in (
        "end_to_end: p99 < 1s",
        "ring wait: p99 < 1s",
        "ring depth: max < 9",
        "dropped < 9",
    ):
        assert verdict_on(nothing, text)[0] == "unproven", text


SNAPSHOTS = [
    """
    unknown queue `rnig wait`; did you mean `ring wait`?
    rnig wait: p99 < 5us
    ^
    """,
    """
    unknown queue `consolidated_book depth`: the target has `end_to_end`, `ring wait`, \
`ring depth`, `my queue wait` and `my queue depth`
    consolidated_book depth: max < 5
    ^
    """,
    """
    unknown stage `ring wiat`; did you mean `wait`?
    ring wiat: p99 < 5us
    ^
    """,
    """
    unknown stage `ring latency`: of a queue there are `ring wait` and `ring depth`
    ring latency: p99 < 5us
    ^
    """,
    """
    `p99` is a count, and `us` is a unit of a time: write its limit like `2`
    ring depth: p99 < 5us
                       ^
    """,
    """
    `p99` is a time, and the limit has no unit: write its limit like `10ns`
    ring wait: p99 < 5
                      ^
    """,
    """
    `ring wait` has no `allocations`: there are mean, percentiles, min and max
    ring wait: allocations == 0
               ^
    """,
    """
    `ring depth` has no `response p99`: there are mean, percentiles, min and max
    ring depth: response p99 < 9
                ^
    """,
    """
    `end_to_end` has no `cost`: there are mean, percentiles, min and max, and `response` in front \
of them; `throughput` and `cost` are those of `total`
    end_to_end: cost < 1us
                ^
    """,
    """
    `end_to_end` is the whole message: it cannot be the end of a span of stages
    parse..end_to_end: p99 < 1us
           ^
    """,
    """
    `ring wait` is no stage: it cannot be the end of a span of stages
    ring wait..decide: p99 < 1us
    ^
    """,
    """
    `superseded` are counted for whole messages of every kind: write `superseded` alone
    ring wait: superseded < 1%
    ^
    """,
]


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_an_error_says_what_was_expected_and_points_at_the_place(snapshot: str) -> None:
    problem, text, caret = (line[4:] for line in snapshot.strip("\n").splitlines()[:3])
    with pytest.raises(BudgetError) as error:
        parse_budget(text, NAMES)
    assert str(error.value) == f"{problem}\n    {text}\n    {caret}"


@pytest.mark.parametrize("text", ["end_to_end: p99 < 1us", "ring depth: max < 3"])
def test_a_target_without_hops_has_none_of_it(text: str) -> None:
    with pytest.raises(BudgetError, match="and this one declares no hop"):
        parse_budget(text, ALONE)


def test_a_stage_may_be_called_like_it_where_there_are_no_hops() -> None:
    assert parse_budget('"ring wait": allocations == 0', ALONE).scope.first == "ring wait"


def test_a_hop_of_several_words_stands_in_quotation_marks() -> None:
    assert parse_budget('"my queue" depth: max < 3', NAMES).scope.first == "my queue depth"


def test_a_stage_of_several_words_is_no_queue() -> None:
    names = TargetNames(["2nd parse"], [], ["ring"])

    assert parse_budget('"2nd parse": p99 < 1us', names).scope.first == "2nd parse"
