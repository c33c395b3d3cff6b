import random

import pytest

from latprobe.comparator import Evidence, Instrument, Unmeasured, judge, parse_budget
from latprobe.comparator.scripted import scripted_latency
from latprobe.stats import Interval

STEADY = scripted_latency(*[{30: 9_908, 40: 90, 90: 2}] * 5)
"""Five forks that agree: p50 and p99 are 30 ns, p99.9 is 40 ns."""

UNDER_STEP = scripted_latency(*[{0: 2_000, 3: 7_980, 13: 10, 23: 10}] * 3)
"""Nearly all messages take less than the clock can tell."""

# Evidence; budget; verdict; figure; reason.
JUDGED = [
    (STEADY, "a: p99.9 < 60ns", "pass", 40.0,
     "p99.9 is 40.0 ns, 29.6 ns to 50.4 ns, at 95 % confidence: < 60ns holds for all of that"),
    (STEADY, "a: p99.9 < 29ns", "fail", 40.0,
     "p99.9 is 40.0 ns, 29.6 ns to 50.4 ns, at 95 % confidence: < 29ns holds for none of that"),
    (STEADY, "a: p99.9 < 50ns", "unproven", 40.0,
     "p99.9 is 40.0 ns, 29.6 ns to 50.4 ns, at 95 % confidence: < 50ns holds for a part of that "
     "only; the clock (step 10.0 ns, offset ± 0.40 ns) cannot tell"),
    (STEADY, "a: median >= 19ns", "pass", 30.0,
     "median is 30.0 ns, 19.6 ns to 40.4 ns, at 95 % confidence: >= 19ns holds for all of that"),
    (STEADY, "a: p50 > 41ns", "fail", 30.0,
     "p50 is 30.0 ns, 19.6 ns to 40.4 ns, at 95 % confidence: > 41ns holds for none of that"),
    (STEADY, "a: p99.99 < 1ms", "unproven", None,
     "5 of 50,000 messages beyond p99.99, and 10 are needed to place it: run 100,000 messages or "
     "more"),
    (STEADY, "a: mean < 31ns", "pass", 30.102,
     "mean is 30.1 ns, 29.7 ns to 30.5 ns, at 95 % confidence: < 31ns holds for all of that"),
    (STEADY, "a: mean < 30.2ns", "unproven", 30.102,
     "mean is 30.1 ns, 29.7 ns to 30.5 ns, at 95 % confidence: < 30.2ns holds for a part of that "
     "only; the clock (step 10.0 ns, offset ± 0.40 ns) cannot tell"),
    (STEADY, "a: max < 1us", "pass", 90.0,
     "max is 90.0 ns, 79.6 ns to 100 ns, a fact about 50,000 messages, and no bound on later ones: "
     "< 1us holds for all of that"),
    (STEADY, "a: max < 95ns", "unproven", 90.0,
     "max is 90.0 ns, 79.6 ns to 100 ns, a fact about 50,000 messages, and no bound on later ones: "
     "< 95ns holds for a part of that only; the clock (step 10.0 ns, offset ± 0.40 ns) cannot "
     "tell"),
    (STEADY, "a: min > 10ns", "pass", 30.0,
     "min is 30.0 ns, 19.6 ns to 40.4 ns, a fact about 50,000 messages, and no bound on later "
     "ones: > 10ns holds for all of that"),
    (UNDER_STEP, "a: p99 < 15ns", "pass", None,
     "p99 is < 13.4 ns, a bound since the clock steps by 10.0 ns, at 95 % confidence: < 15ns holds "
     "for all of that"),
    (UNDER_STEP, "a: p99 < 5ns", "unproven", None,
     "p99 is < 13.4 ns, a bound since the clock steps by 10.0 ns, at 95 % confidence: < 5ns holds "
     "for a part of that only; the clock (step 10.0 ns, offset ± 0.40 ns) cannot tell"),
    (UNDER_STEP, "a: p99 > 20ns", "fail", None,
     "p99 is < 13.4 ns, a bound since the clock steps by 10.0 ns, at 95 % confidence: > 20ns holds "
     "for none of that"),
    (UNDER_STEP, "a: min < 11ns", "pass", None,
     "min is < 10.4 ns, a bound since the clock steps by 10.0 ns, a fact about 30,000 messages, "
     "and no bound on later ones: < 11ns holds for all of that"),
    (scripted_latency({100: 1_000}, {130: 1_000}), "a: p50 < 150ns", "unproven", 100.0,
     "p50 is 100 ns, 0 ns to 316 ns, at 95 % confidence: < 150ns holds for a part of that only; "
     "more forks or messages would narrow it"),
    (scripted_latency({100: 1_000}), "a: p50 < 1ms", "unproven", None,
     "p50 of a single fork, and how much forks differ is a part of it: run 2 or more"),
    (scripted_latency({100: 1_000}, {}), "a: p50 < 1ms", "unproven", None,
     "p50 of a single fork, and how much forks differ is a part of it: run 2 or more"),
    (scripted_latency({100: 1_000}), "a: mean < 1ms", "unproven", None,
     "mean of a single fork, and how much forks differ is a part of it: run 2 or more"),
    (scripted_latency({100: 1}), "a: max < 1ms", "pass", 100.0,
     "max is 100 ns, 89.6 ns to 110 ns, a fact about 1 message, and no bound on later ones: < 1ms "
     "holds for all of that"),
    (scripted_latency({}, {}), "risk..decide[trade]: p50 < 1ms", "unproven", None,
     "no message came through risk..decide[trade]"),
    (scripted_latency({}, {}), "decide: max < 1ms", "unproven", None,
     "no message came through decide"),
    (Evidence(), "a: p50 < 1ms", "unproven", None, "latency was not measured"),
    (Evidence(latency=Unmeasured("the span book..risk was not recorded")), "book..risk: p50 < 1ms",
     "unproven", None, "the span book..risk was not recorded"),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "text", "verdict", "figure", "reason"), JUDGED)
def test_a_verdict_comes_with_its_figure_and_its_reason(
    evidence: Evidence, text: str, verdict: str, figure: float | None, reason: str
) -> None:
    judged = judge(parse_budget(text), evidence)
    assert (judged.verdict, judged.reason) == (verdict, reason)
    assert judged.figure == (None if figure is None else pytest.approx(figure))
    assert judged.limit == float(parse_budget(text).limit.value)


def judged_by(granularity_ns: float, offset_error_ns: float, text: str) -> str:
    instrument = Instrument(granularity_ns, offset_error_ns)
    forks = [{0: 9_000, 10: 900, 20: 100}] * 3
    return judge(parse_budget(text), scripted_latency(*forks, instrument=instrument)).verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("a: p50 < 10ns", "pass"),  # the figure is under the bound, and not at it
        ("a: p50 <= 10ns", "pass"),
        ("a: p50 < 9.9ns", "unproven"),
        ("a: p50 <= 0ns", "unproven"),
        ("a: p50 < 0ns", "fail"),
        ("a: p50 > 10ns", "fail"),
        ("a: p50 >= 10ns", "fail"),
        ("a: p50 >= 9.9ns", "unproven"),
        ("a: p50 > 0ns", "unproven"),
        ("a: p50 >= 0ns", "pass"),
    ],
)
def test_a_figure_under_the_clock_s_step_is_a_bound_that_decides_what_it_can(
    text: str, verdict: str
) -> None:
    assert judged_by(10.0, 0.0, text) == verdict


def test_an_uncertain_offset_moves_the_bound() -> None:
    assert judged_by(10.0, 0.0, "a: p50 < 10ns") == "pass"
    assert judged_by(10.0, 0.4, "a: p50 < 10ns") == "unproven"
    assert judged_by(10.0, 0.4, "a: p50 < 10.5ns") == "pass"


def test_a_figure_of_one_step_is_a_figure() -> None:
    judged = judge(parse_budget("a: p50 < 1us"), scripted_latency({10: 500}, {10: 500}))
    assert judged.figure == 10


def test_a_clock_finer_than_the_histogram_gains_nothing() -> None:
    assert judged_by(0.4, 0.0, "a: p95 < 11.5ns") == "pass"
    assert judged_by(0.4, 0.0, "a: p95 < 10.9ns") == "unproven"


def test_a_long_time_is_known_to_three_digits() -> None:
    evidence = scripted_latency(*[{1_000_000: 1_000}] * 3)
    judged = judge(parse_budget("a: p50 < 1ms"), evidence)
    assert judged.interval == Interval(1_000_000 - 1_000 - 10.4, 1_000_000 + 1_000 + 10.4)


def test_a_mean_finer_than_the_clock_s_step_is_a_figure_and_no_bound() -> None:
    evidence = scripted_latency(*[{0: 500, 10: 500}] * 3)
    judged = judge(parse_budget("a: mean < 6ns"), evidence)
    assert (judged.verdict, judged.figure) == ("pass", 5.0)


def test_a_quantile_needs_samples_beyond_it_on_its_thin_side() -> None:
    fork = {100: 500}
    assert judge(parse_budget("a: p99 < 1us"), scripted_latency(fork, fork)).verdict == "pass"
    assert judge(parse_budget("a: p1 < 1us"), scripted_latency(fork, fork)).verdict == "unproven"
    fewer = {100: 499}
    assert judge(parse_budget("a: p99 < 1us"), scripted_latency(fork, fewer)).verdict == "unproven"


def test_a_budget_just_met_by_a_noisy_target_is_rarely_passed_or_failed() -> None:
    dice = random.Random(5)
    budget = parse_budget("a: mean < 1us")
    verdicts = []
    for _ in range(1_000):
        # The true mean of each fork is drawn around the limit itself.
        forks = [{round(dice.gauss(1_000, 50)): 100} for _ in range(5)]
        verdicts.append(judge(budget, scripted_latency(*forks)).verdict)
    assert verdicts.count("pass") < 45
    assert verdicts.count("fail") < 45
