import random

import pytest

from latprobe.comparator import Cost, Evidence, Instrument, Unmeasured, judge, parse_budget
from latprobe.comparator.scripted import TEN_NS_CLOCK

STEADY = Evidence(cost=Cost((8.30, 8.31, 8.40, 8.28), 100_000, TEN_NS_CLOCK))

JUDGED = [
    (STEADY, "total: cost < 10ns", "pass",
     "cost is 8.32 ns, 8.24 ns to 8.41 ns, at 95 % confidence: < 10ns holds for all of that"),
    (STEADY, "total: cost < 8ns", "fail",
     "cost is 8.32 ns, 8.24 ns to 8.41 ns, at 95 % confidence: < 8ns holds for none of that"),
    (STEADY, "total: cost < 8.3ns", "unproven",
     "cost is 8.32 ns, 8.24 ns to 8.41 ns, at 95 % confidence: < 8.3ns holds for a part of that "
     "only; more forks or messages would narrow it"),
    (STEADY, "throughput >= 100M/s", "pass",
     "throughput is 120 M/s, 119 M/s to 121 M/s, at 95 % confidence: >= 100M/s holds for all of "
     "that"),
    (STEADY, "throughput >= 130M/s", "fail",
     "throughput is 120 M/s, 119 M/s to 121 M/s, at 95 % confidence: >= 130M/s holds for none of "
     "that"),
    (Evidence(cost=Cost((8.3,), 100_000, TEN_NS_CLOCK)), "total: cost < 1s", "unproven",
     "cost of a single fork, and how much forks differ is a part of it: run 2 or more"),
    (Evidence(cost=Cost((8.3,), 100_000, TEN_NS_CLOCK)), "throughput > 1/s", "unproven",
     "throughput of a single fork, and how much forks differ is a part of it: run 2 or more"),
    (Evidence(cost=Cost((), 0, TEN_NS_CLOCK)), "total: cost < 1s", "unproven",
     "no message came through total"),
    (Evidence(cost=Cost((0.0, 0.0), 3, TEN_NS_CLOCK)), "throughput > 1/s", "unproven",
     "3 messages took less than the clock can tell: run more of them"),
    (Evidence(cost=Cost((1.0, 1.0), 10, TEN_NS_CLOCK)), "throughput > 1/s", "unproven",
     "10 messages took less than the clock can tell: run more of them"),
    (Evidence(cost=Unmeasured("the cost of one stage among several is not measured")),
     "decide: cost < 1s", "unproven", "the cost of one stage among several is not measured"),
    (Evidence(), "throughput > 1/s", "unproven", "cost was not measured"),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "text", "verdict", "reason"), JUDGED)
def test_a_verdict_comes_with_its_reason(
    evidence: Evidence, text: str, verdict: str, reason: str
) -> None:
    judged = judge(parse_budget(text), evidence)
    assert (judged.verdict, judged.reason) == (verdict, reason)


def test_cost_is_the_mean_over_forks_and_throughput_its_inverse() -> None:
    evidence = Evidence(cost=Cost((10.0, 12.5), 1_000_000, TEN_NS_CLOCK))
    assert judge(parse_budget("total: cost < 1s"), evidence).figure == 11.25
    assert judge(parse_budget("throughput > 1/s"), evidence).figure == 1e9 / 11.25


def test_throughput_is_known_as_well_as_cost_is() -> None:
    evidence = Evidence(cost=Cost((10.0, 10.2, 10.1), 1_000_000, TEN_NS_CLOCK))
    cost = judge(parse_budget("total: cost < 1s"), evidence).interval
    rate = judge(parse_budget("throughput > 1/s"), evidence).interval
    assert cost is not None
    assert rate is not None
    assert (rate.low, rate.high) == (1e9 / cost.high, 1e9 / cost.low)


def test_the_clock_s_error_is_shared_by_the_messages_between_two_readings() -> None:
    clock = Instrument(granularity_ns=9.0, offset_error_ns=1.0)
    few = judge(parse_budget("total: cost < 9ns"), Evidence(cost=Cost((8.5, 8.5), 10, clock)))
    many = judge(parse_budget("total: cost < 9ns"), Evidence(cost=Cost((8.5, 8.5), 1_000, clock)))
    assert (few.verdict, many.verdict) == ("unproven", "pass")
    assert few.reason.endswith("the clock (step 9.00 ns, offset ± 1.00 ns) cannot tell")
    assert few.interval is not None
    assert (few.interval.low, few.interval.high) == (7.5, 9.5)


def test_the_clock_s_error_widens_throughput_at_least_as_much_as_it_can_move_it() -> None:
    clock = Instrument(granularity_ns=9.0, offset_error_ns=1.0)
    judged = judge(parse_budget("throughput > 1/s"), Evidence(cost=Cost((8.0, 8.0), 10, clock)))
    assert judged.interval is not None
    assert judged.interval.low <= 1e9 / 9.0
    assert judged.interval.high >= 1e9 / 7.0


def test_a_budget_just_met_is_rarely_passed_or_failed() -> None:
    dice = random.Random(6)
    budget = parse_budget("total: cost < 10ns")
    verdicts = []
    for _ in range(1_000):
        costs = [dice.gauss(10.0, 0.3) for _ in range(5)]
        verdicts.append(judge(budget, Evidence(cost=Cost(costs, 10**6, TEN_NS_CLOCK))).verdict)
    # Each is expected 25 times: a twentieth of all, shared by both sides.
    assert 8 < verdicts.count("pass") < 45
    assert 8 < verdicts.count("fail") < 45
