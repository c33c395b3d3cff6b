"""How many messages a quick run handles."""

import pytest

from latprobe.comparator import parse_budget
from latprobe.pipeline.quick import collectors_for, messages_within

BUDGET_P999 = parse_budget("total: p99.9 < 1s")


@pytest.mark.parametrize(
    ("seconds_each", "messages"),
    [(1e-6, 4_096), (20e-6, 4_096), (50e-6, 1_024), (200e-6, 256), (1.0, 256)],
)
def test_the_slower_a_message_the_fewer_of_them_in_coarse_steps(
    seconds_each: float, messages: int
) -> None:
    assert messages_within([], 0.8, seconds_each) == messages


@pytest.mark.parametrize(
    ("seconds_each", "messages"),
    [(1e-6, 4_096), (50e-6, 4_096), (90e-6, 4_096), (400e-6, 1_024)],
)
def test_what_a_budget_needs_may_take_up_to_four_times_as_long(
    seconds_each: float, messages: int
) -> None:
    assert messages_within([BUDGET_P999], 0.8, seconds_each) == messages


def test_a_budget_on_one_kind_needs_messages_of_that_kind() -> None:
    assert messages_within([parse_budget("total: p99 < 1s")], 0.8, 90e-6) == 1_024
    assert messages_within([parse_budget("total[trade]: p99 < 1s")], 0.8, 90e-6) == 4_096


def test_nothing_is_asked_of_a_quick_run_that_would_take_it_long() -> None:
    assert messages_within([parse_budget("total: p99.999 < 1s")], 0.8, 1e-9) == 16_384


def test_only_what_budgets_ask_for_is_watched() -> None:
    def watched(*budgets: str) -> frozenset[str]:
        return collectors_for([parse_budget(it) for it in budgets])

    assert watched() == {"digest", "latency", "allocations"}
    assert watched("total: p99 < 1us") == {"digest", "latency"}
    assert watched("errors == 0", "total: max bytes < 1KiB") == {"digest", "allocations"}
    assert watched("throughput > 1/s") == {"digest", "cost"}
    assert watched("a..b: p99 < 1us", "total: cycles < 5") == {
        "digest", "latency", "span", "counters",
    }  # fmt: skip
