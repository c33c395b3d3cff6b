import re
from pathlib import Path

import pytest

from latprobe.comparator import parse_budget
from latprobe.comparator.dimension import UNITS
from latprobe.comparator.figure import FIGURES
from latprobe.errors import BudgetError
from latprobe.exit_code import ExitCode

PAGE = (Path(__file__).parents[2] / "docs" / "BUDGETS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "fewest"), [("budget", 10), ("soak-budget", 5)])
def test_every_budget_of_the_page_can_be_read(language: str, fewest: int) -> None:
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    budgets = [line for block in blocks for line in block.splitlines()]
    assert len(budgets) >= fewest
    for budget in budgets:
        assert parse_budget(budget, is_of_soak=language == "soak-budget").text == budget


def test_every_figure_unit_and_exit_code_is_on_the_page() -> None:
    for name in FIGURES:
        assert f"`{name}`" in PAGE
    for units in UNITS.values():
        for unit in filter(None, units):
            assert f"`{unit}`" in PAGE
    for code in ExitCode:
        assert f"| {code.value} |" in PAGE


def test_the_error_of_the_page_is_the_one_that_is_printed() -> None:
    shown = re.search(r"^    unknown unit.*?\^$", PAGE, re.DOTALL | re.MULTILINE)
    assert shown is not None
    problem, budget, caret = (line[4:] for line in shown.group().splitlines())
    with pytest.raises(BudgetError) as error:
        parse_budget(budget.strip())
    assert str(error.value) == "\n".join([problem, budget, caret])
