"""What is said of a figure on two sides, for each verdict."""

import pytest

from latprobe.comparator.classify import (
    advice_on_forks,
    exact_change,
    one_sided_change,
    status_of,
    timed_change,
    unproven_change,
)
from latprobe.run.comparison_store import COMPARISON_SCHEMA_PATH, comparison_schema_text
from tests.report_snapshots import assert_matches


def timed(ratio: float, low: float, high: float, figure: str = "p99", unit: str = "ns") -> str:
    advice = advice_on_forks(5, (high - low) / 2, 0.02)
    change = timed_change(
        "total", None, figure, unit, 100.0, 100.0 * ratio, ratio, (low, high), advice=advice
    )
    return f"{change.status:9}  {change.words}"


def exact(figure: str, unit: str, before: float, after: float) -> str:
    change = exact_change("total", None, figure, unit, before, after)
    return f"{change.status:9}  {change.words}"


def test_each_verdict_has_its_words() -> None:
    lines = [
        timed(1.031, 1.018, 1.044),
        timed(0.95, 0.939, 0.961),
        timed(3.2, 3.05, 3.36),
        timed(1.0004, 0.991, 1.012),
        timed(1.008, 1.004, 1.012),
        timed(1.02, 0.988, 1.05),
        timed(1.0, 0.5, 3.5),
        timed(0.97, 0.955, 0.985, "throughput", "/s"),
        timed(1.04, 1.02, 1.06, "throughput", "/s"),
        timed(1.04, 1.02, 1.06, "cycles", ""),
        timed(1.04, 1.02, 1.06, "branch-miss-rate", "share"),
        exact("allocations", "", 3.0, 4.0),
        exact("allocations", "", 0.0, 1.0),
        exact("allocations", "", 1.0, 0.0),
        exact("allocations", "", 1.0, 4.0),
        exact("bytes", "B", 2048.0, 1024.0),
        exact("instructions", "", 201.5, 201.5),
        exact("IPC", "", 2.0, 1.9),
    ]
    others = (
        one_sided_change("parse", None, "p99", "ns", None, 52.0, is_new=True),
        one_sided_change("parse", None, "p99", "ns", None, None, is_new=True),
        one_sided_change("parse", None, "allocations", "", 2.0, None, is_new=False),
        unproven_change(
            "parse",
            None,
            "p50",
            "ns",
            None,
            None,
            "both are under the clock's step of 10 ns",
            "the mean or the cost would",
        ),
    )
    lines += [f"{change.status:9}  {change.words}" for change in others]

    assert_matches("change_words.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("interval", "figure", "status"),
    [
        ((1.001, 1.05), "p99", "worse"),
        ((1.001, 1.05), "throughput", "better"),
        ((0.95, 0.999), "IPC", "worse"),
        ((0.98, 1.02), "p99", "no change"),
        ((1.001, 1.02), "p99", "no change"),
        ((0.979, 1.01), "p99", "unproven"),
        ((1.0, 1.05), "p99", "unproven"),
    ],
)
def test_an_interval_decides_what_became_of_a_figure(
    interval: tuple[float, float], figure: str, status: str
) -> None:
    assert status_of(figure, interval, 0.02) == status


def test_the_schema_of_comparisons_that_is_checked_in_is_the_model_s() -> None:
    assert COMPARISON_SCHEMA_PATH.read_text(encoding="utf-8") == comparison_schema_text()
