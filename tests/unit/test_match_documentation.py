"""What docs/MATCH.md says is so."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from click import Option

from latprobe.cli.feed.match_command import match_command
from latprobe.cli.feed.matching import parse_match_budget
from latprobe.comparator.figure import FIGURES, Measure
from latprobe.errors import ExpressionError
from latprobe.match.expression import REGEX_BYTES, parse_expression
from latprobe.match.key import LONGEST_ATOM
from latprobe.match.pairing import MOST_WAITING
from latprobe.match.stream import MOST_KINDS
from latprobe.scenario import MatchScenario, MatchSettings

PAGE = (Path(__file__).parents[2] / "docs" / "MATCH.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_every_expression_of_the_page_can_be_read() -> None:
    expressions = [line for block in blocks("expression") for line in block.splitlines()]
    table = re.findall(r"^\| (`[^|]*`) \|", PAGE.split("| what went in is")[0], re.MULTILINE)
    expressions += [it for cell in table for it in re.findall(r"`([^`]+)`", cell)]
    assert len(expressions) >= 20
    for text in expressions:
        assert parse_expression(text).text == text


def test_the_error_of_the_page_is_the_one_that_is_printed() -> None:
    shown = re.search(r"^    no key is found.*?\^$", PAGE, re.DOTALL | re.MULTILINE)
    assert shown is not None
    problem, text, caret = (line[4:] for line in shown.group().splitlines())
    with pytest.raises(ExpressionError) as error:
        parse_expression(text.strip())
    assert str(error.value) == "\n".join([problem, text, caret])


def test_the_scenario_of_the_page_is_one_and_shows_the_defaults() -> None:
    (text,) = blocks("toml")
    scenario = msgspec.convert(tomllib.loads(text), MatchScenario)
    assert [parse_match_budget(it).text for it in scenario.budgets] == list(scenario.budgets)
    for name in ("each", "reused", "clock_offset", "clock_error"):
        assert getattr(scenario.match, name) == getattr(MatchSettings("payload"), name)
    assert set(tomllib.loads(text.replace("# granularity", "granularity"))["match"]) == set(
        MatchSettings.__struct_fields__
    )


def test_every_figure_limit_and_rule_of_the_command_is_on_the_page() -> None:
    for name, figure in FIGURES.items():
        if figure.measure is Measure.PAIRING:
            assert f"| `{name}` |" in PAGE
    for number in (REGEX_BYTES, LONGEST_ATOM, MOST_WAITING, MOST_KINDS):
        assert f"{number:,}" in PAGE
    options = {it.opts[0] for it in match_command.params if isinstance(it, Option)}
    for option in options - {"--name", "-o", "--json"}:
        assert option in PAGE, option
