from fractions import Fraction

import pytest

from latprobe.comparator import Scope, TargetNames, parse_budget
from latprobe.comparator.dimension import UNITS, Dimension, format_amount
from latprobe.comparator.figure import FIGURES

ENGINE = TargetNames(
    stages=["parse", "book", "risk", "route", "decide"],
    kinds=["add_order", "trade", "Add Order (MPID)"],
)

# Text; scope; figure; operator; limit in its dimension's own unit.
READ = [
    ("parse: mean < 10ns", "parse", "mean", "<", 10),
    ("parse: cost < 10ns", "parse", "cost", "<", 10),
    ("decide: p99.9 < 50ns", "decide", "p99.9", "<", 50),
    ("decide: allocations == 0", "decide", "allocations", "==", 0),
    ("decide: frees == 0", "decide", "frees", "==", 0),
    ("decide: reallocations <= 0.5", "decide", "reallocations", "<=", Fraction(1, 2)),
    ("decide: max allocations <= 2", "decide", "max allocations", "<=", 2),
    ("total: bytes < 1KiB", "total", "bytes", "<", 1_024),
    ("total: bytes < 1kB", "total", "bytes", "<", 1_000),
    ("total: bytes == 0", "total", "bytes", "==", 0),
    ("total: max bytes <= 96", "total", "max bytes", "<=", 96),
    ("total: throughput >= 100k/s", "total", "throughput", ">=", 100_000),
    ("throughput >= 5 M / s", "total", "throughput", ">=", 5_000_000),
    ("throughput > 2.5e5/s", "total", "throughput", ">", 250_000),
    ("errors < 0.01%", "total", "errors", "<", Fraction(1, 10_000)),
    ("total: errors <= 1e-3 %", "total", "errors", "<=", Fraction(1, 100_000)),
    ("errors == 0", "total", "errors", "==", 0),
    ("decide[add_order]: p99 < 200ns", "decide[add_order]", "p99", "<", 200),
    ('decide["Add Order (MPID)"]: p99 < 1us', "decide[Add Order (MPID)]", "p99", "<", 1_000),
    ("'parse' ['trade'] : p99 < 1us", "parse[trade]", "p99", "<", 1_000),
    ("risk..decide: p99.9 < 50ns", "risk..decide", "p99.9", "<", 50),
    ("risk .. decide [trade] : p99.9 < 50ns", "risk..decide[trade]", "p99.9", "<", 50),
    ("risk..risk: p99.9 < 50ns", "risk", "p99.9", "<", 50),
    ("total: max < 1ms", "total", "max", "<", 1_000_000),
    ("total: min > 5ns", "total", "min", ">", 5),
    ("total:p50<1.5µs", "total", "p50", "<", 1_500),
    ("total: median < 1.5μs", "total", "median", "<", 1_500),
    ("  total :\tp99.999\n<= 2_000 ns ", "total", "p99.999", "<=", 2_000),
    ("parse: max < 1min", "parse", "max", "<", 60_000_000_000),
]


@pytest.mark.parametrize(("text", "scope", "figure", "operator", "limit"), READ)
def test_a_budget_is_read_as_it_is_meant(
    text: str, scope: str, figure: str, operator: str, limit: int | Fraction
) -> None:
    for names in (None, ENGINE):
        budget = parse_budget(text, names)
        assert budget.text == text
        assert str(budget.scope) == scope
        assert (budget.figure.name, budget.operator) == (figure, operator)
        assert budget.limit.value == limit


def test_a_quantile_is_an_exact_fraction() -> None:
    assert parse_budget("a: p99.9 < 1ns").figure.quantile == Fraction(999, 1000)
    assert parse_budget("a: median < 1ns").figure.quantile == Fraction(1, 2)
    assert parse_budget("a: mean < 1ns").figure.quantile is None


def test_errors_are_a_share_or_a_count_by_what_they_are_held_against() -> None:
    assert parse_budget("errors < 5%").limit.dimension is Dimension.SHARE
    assert parse_budget("errors < 5").limit.dimension is Dimension.COUNT


def test_names_of_a_target_that_is_not_known_yet_are_taken_as_they_are() -> None:
    budget = parse_budget("L2.match-orders[8]: p99 < 1us")
    assert budget.scope == Scope("L2.match-orders", "L2.match-orders", "8")


def test_budgets_that_mean_the_same_are_not_the_same_text_and_equal_ones_are_equal() -> None:
    assert parse_budget("a: mean < 1us") == parse_budget("a: mean < 1us")
    assert parse_budget("a: mean < 1us").limit.value == parse_budget("a: mean < 1000ns").limit.value


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_takes_every_unit_of_its_dimensions(name: str) -> None:
    for dimension in FIGURES[name].dimensions:
        for unit, factor in UNITS[dimension].items():
            is_of_soak = FIGURES[name].is_trend
            budget = parse_budget(f"total: {name} <= 3 {unit}", is_of_soak=is_of_soak)
            assert budget.limit.value == 3 * factor


@pytest.mark.parametrize(
    ("amount", "dimension", "shown"),
    [
        (8.314, Dimension.TIME, "8.31 ns"),
        (96, Dimension.SIZE, "96 B"),
        (0.5, Dimension.SIZE, "0.50 B"),
        (1_536, Dimension.SIZE, "1.50 KiB"),
        (5_210_000, Dimension.RATE, "5.21 M/s"),
        (0.000125, Dimension.SHARE, "0.0125 %"),
        (1.0, Dimension.SHARE, "100 %"),
        (2.0, Dimension.COUNT, "2"),
        (0.25, Dimension.COUNT, "0.25"),
    ],
)
def test_amounts_are_shown_to_three_digits_with_their_unit(
    amount: float, dimension: Dimension, shown: str
) -> None:
    assert format_amount(amount, dimension) == shown


@pytest.mark.parametrize("figure", ["mean", "bytes", "throughput", "allocations", "errors"])
def test_what_the_screen_shows_can_be_pasted_into_a_budget(figure: str) -> None:
    dimension = FIGURES[figure].dimensions[0]
    for amount in (0.0, 1e-3, 0.25, 1.0, 9.999, 96.0, 1_234.5, 1e6, 7.77e9, 1e13):
        shown = format_amount(amount, dimension)
        limit = parse_budget(f"total: {figure} <= {shown}").limit.value
        assert float(limit) == pytest.approx(amount, rel=6e-3)
