import pytest

from latprobe.comparator import Allocations, Amount, Errors, Evidence, judge, parse_budget
from latprobe.stats import Interval

COUNTED = Evidence(
    allocations=Allocations(
        messages=10_000,
        allocations=Amount(total=0, most=0),
        frees=Amount(total=1, most=1),
        reallocations=Amount(total=2_500, most=2),
        bytes=Amount(total=15_728_640, most=4_096),
    ),
    errors=Errors(count=1, messages=10_000),
)

JUDGED = [
    ("a: allocations == 0", "pass",
     "0 allocations a message, 0 allocations in 10,000 messages, counted exactly: == 0 holds"),
    ("a: max allocations == 0", "pass",
     "0 allocations at most in any of 10,000 messages, counted exactly, and no bound on later "
     "ones: == 0 holds"),
    ("a: frees == 0", "fail",
     "1.0e-04 frees a message, 1 free in 10,000 messages, counted exactly: == 0 does not hold"),
    ("a: frees <= 0.0001", "pass",
     "1.0e-04 frees a message, 1 free in 10,000 messages, counted exactly: <= 0.0001 holds"),
    ("a: frees < 0.0001", "fail",
     "1.0e-04 frees a message, 1 free in 10,000 messages, counted exactly: < 0.0001 does not hold"),
    ("a: max frees == 1", "pass",
     "1 free at most in any of 10,000 messages, counted exactly, and no bound on later ones: "
     "== 1 holds"),
    ("a: reallocations < 0.25", "fail",
     "0.25 reallocations a message, 2,500 reallocations in 10,000 messages, counted exactly: "
     "< 0.25 does not hold"),
    ("a: max reallocations <= 2", "pass",
     "2 reallocations at most in any of 10,000 messages, counted exactly, and no bound on later "
     "ones: <= 2 holds"),
    ("a: bytes < 1KiB", "fail",
     "1.54 KiB a message, 15,728,640 bytes in 10,000 messages, counted exactly: < 1KiB does not "
     "hold"),
    ("a: max bytes <= 4KiB", "pass",
     "4.00 KiB at most in any of 10,000 messages, counted exactly, and no bound on later ones: "
     "<= 4KiB holds"),
    ("errors < 0.01%", "fail",
     "1 error in 10,000 messages, 0.01 %, counted exactly: < 0.01% does not hold"),
    ("errors <= 0.01%", "pass",
     "1 error in 10,000 messages, 0.01 %, counted exactly: <= 0.01% holds"),
    ("errors == 0", "fail",
     "1 error in 10,000 messages, 0.01 %, counted exactly: == 0 does not hold"),
    ("errors <= 1", "pass",
     "1 error in 10,000 messages, 0.01 %, counted exactly: <= 1 holds"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "reason"), JUDGED)
def test_what_is_counted_is_judged_exactly(text: str, verdict: str, reason: str) -> None:
    judged = judge(parse_budget(text), COUNTED)
    assert (judged.verdict, judged.reason) == (verdict, reason)


def test_the_interval_of_what_is_counted_is_the_figure() -> None:
    judged = judge(parse_budget("a: reallocations < 1"), COUNTED)
    assert judged.figure == 0.25
    assert judged.interval == Interval(0.25, 0.25)
    assert judged.limit == 1.0


@pytest.mark.parametrize(("count", "messages"), [(1, 3), (7, 300), (3, 10_000_000)])
def test_a_share_that_no_float_holds_is_still_compared_exactly(count: int, messages: int) -> None:
    evidence = Evidence(errors=Errors(count * 10_000, messages * 10_000))
    one_less = Evidence(errors=Errors(count * 10_000 - 1, messages * 10_000))
    one_in_ten_thousand = Evidence(errors=Errors(messages, messages * 10_000))
    assert judge(parse_budget("errors <= 0.01%"), one_in_ten_thousand).verdict == "pass"
    assert judge(parse_budget("errors < 0.01%"), one_in_ten_thousand).verdict == "fail"
    figures = [judge(parse_budget("errors < 100%"), each).figure for each in (evidence, one_less)]
    assert figures == [count / messages, (count * 10_000 - 1) / (messages * 10_000)]


def test_nothing_seen_is_unproven() -> None:
    nothing = Amount(0, 0)
    unseen = Evidence(
        allocations=Allocations(0, nothing, nothing, nothing, nothing), errors=Errors(0, 0)
    )
    no_allocation = judge(parse_budget("decide[trade]: allocations == 0"), unseen)
    assert no_allocation.verdict == "unproven"
    assert no_allocation.reason == "no message came through decide[trade]"
    no_error = judge(parse_budget("errors == 0"), unseen)
    assert (no_error.verdict, no_error.reason) == ("unproven", "no message was handled")


def test_nothing_counted_is_unproven() -> None:
    no_allocation = judge(parse_budget("decide: allocations == 0"), Evidence())
    assert (no_allocation.verdict, no_allocation.interval) == ("unproven", None)
    assert no_allocation.reason == "allocations were not counted"
    assert judge(parse_budget("errors == 0"), Evidence()).reason == "errors were not counted"
