"""Budgets on response times, and on times under other conditions."""

import pytest
from msgspec.structs import replace

from latprobe.comparator import Evidence, judge, parse_budget
from latprobe.comparator.gather import evidence_of
from latprobe.comparator.scripted import scripted_latency
from latprobe.errors import BudgetError
from latprobe.run.measured import Measured
from latprobe.run.model import RunDocument
from latprobe.scenario import Drive
from tests.paced_runs import conditioned, paced
from tests.runs import MadeRun

FAST, SLOW = {30: 10_000}, {1_500: 10_000}


def run() -> RunDocument:
    return MadeRun(times={"trade": {"parse": FAST, "total": FAST}}).document()


def verdict_on(document: RunDocument, text: str) -> tuple[str, float | None, str]:
    measured = Measured(document.target.stages, document.spans, document.forks)
    budget = parse_budget(text)
    judged = judge(budget, evidence_of(measured, budget.scope))
    return judged.verdict, judged.figure, judged.reason


def test_each_word_asks_for_its_own_times() -> None:
    service = scripted_latency({30: 1_000}, {30: 1_000}).latency
    evidence = Evidence(
        latency=service,
        response=scripted_latency({300: 1_000}, {300: 1_000}).latency,
        cold=scripted_latency({400: 1_000}, {400: 1_000}).latency,
        idle=scripted_latency({500: 1_000}, {500: 1_000}).latency,
    )

    figures = [
        judge(parse_budget(f"total: {word} p50 < 1ms"), evidence).figure
        for word in ("", "response", "cold", "idle")
    ]

    assert figures == [30, 300, 400, 500]


def test_response_times_of_a_run_are_judged_from_when_messages_were_due() -> None:
    document = paced(run(), Drive("rate", rate=1000), SLOW)

    assert verdict_on(document, "total: p99 < 1us")[:2] == ("pass", 30)
    assert verdict_on(document, "total: response p99 < 1us")[:2] == ("fail", 1_500)
    assert verdict_on(document, "total[trade]: response mean < 1us")[:2] == ("fail", 1_500)
    assert verdict_on(document, "total: response max < 1us")[0] == "fail"


def test_what_a_run_did_not_measure_is_unproven_and_says_how_to_measure_it() -> None:
    for word, setting in (("response", "`poisson`"), ("cold", 'cache = "cold"'), ("idle", "idle")):
        verdict, figure, reason = verdict_on(run(), f"total: {word} p99 < 1us")

        assert (verdict, figure) == ("unproven", None)
        assert setting in reason
        assert "[drive]" in reason


def test_the_usual_figures_have_no_part_of_other_conditions() -> None:
    document = conditioned(run(), Drive(cache="cold"), {"cold": {}})
    slow = tuple(
        replace(fork, result=MadeRun(times={"trade": {"total": SLOW}}).document().forks[1].result)
        if fork.condition == "cold"
        else fork
        for fork in document.forks
    )
    document = replace(document, forks=slow)

    assert verdict_on(document, "total: p99 < 1us")[:2] == ("pass", 30)
    assert verdict_on(document, "total: cold p99 < 1us")[:2] == ("fail", 1_500)


@pytest.mark.parametrize(
    "message",
    [
        """
    response time is that of the whole message: write `total: response p99`
    parse: response p99 < 1us
    ^
    """,
        """
    `response` of which figure? Write one of latency behind it: `response p99`
    total: response < 1us
           ^
    """,
        """
    `cost` has no `response`: only figures of latency have, such as `response p99`
    total: response cost < 1us
           ^
    """,
        """
    `allocations` has no `cold`: only figures of latency have, such as `cold p99`
    total: cold allocations == 0
           ^
    """,
        """
    a percentile lies between p0 and p100, found `p999`; did you mean `p99.9`?
    total: response p999 < 1us
           ^
    """,
        """
    unknown figure `respone p99`; did you mean `response p99`?
    total: respone p99 < 1us
           ^
    """,
        """
    spans have no `cold` times: set a budget on each stage
    risk..decide: cold p99 < 1us
    ^
    """,
        """
    `response p99` of which stage? Write `total: response p99` for the whole message
    response p99 < 1us
    ^
    """,
    ],
)
def test_a_budget_that_asks_for_times_that_there_are_not_is_refused(message: str) -> None:
    lines = [line.removeprefix("    ") for line in message.strip("\n").splitlines()[:-1]]
    *_, text, _ = lines

    with pytest.raises(BudgetError) as refused:
        parse_budget(text)

    problem, shown, caret = str(refused.value).splitlines()
    assert [problem, shown.removeprefix("    "), caret.removeprefix("    ")] == lines
