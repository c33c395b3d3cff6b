"""A comparison as people and machines read it."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from latprobe.cli.compare import EXIT_LINES
from latprobe.comparator.explain import explain_comparison
from latprobe.exit_code import ExitCode
from latprobe.report.comparison_judged import comparison_suite
from latprobe.report.comparison_markdown import comparison_markdown
from latprobe.report.comparison_table import print_comparison
from latprobe.report.github import github_annotations
from latprobe.report.junit import junit_xml
from latprobe.report.sarif import sarif
from latprobe.run.change import Comparison
from tests.compared import BASE, SLOWER, compared, document
from tests.report_snapshots import assert_matches, on_terminal, plain
from tests.runs import MadeRun

BUDGETS = ("total: p99 < 1us", "total: allocations == 0")
EXIT_LINE = EXIT_LINES[ExitCode.FAIL]
NASTY = replace(
    BASE, target="<b>|`x`\x1b[31m::error::%0A", scenario="engine", feed_sha256="60" * 32
)


def explained() -> Comparison:
    comparison = compared(BASE, SLOWER, *BUDGETS)
    return explain_comparison(
        comparison, document(BASE, "20261119"), document(SLOWER, "20261120", *BUDGETS)
    )


def nasty() -> Comparison:
    return compared(BASE, NASTY, anyway=True)


def table(comparison: Comparison, *, everything: bool = False) -> str:
    def report(console: Console) -> None:
        print_comparison(comparison, EXIT_LINE, console, everything=everything)

    return plain(report)


def test_a_table_for_people_begins_with_what_matters_most() -> None:
    assert_matches("comparison.txt", table(explained()))


def test_a_narrow_terminal_gets_the_words_below_the_table() -> None:
    comparison = explained()

    assert_matches(
        "comparison_80.txt",
        on_terminal(lambda console: print_comparison(comparison, EXIT_LINE, console), 80),
    )


def test_all_figures_have_a_line_if_wanted() -> None:
    comparison = explained()

    text = table(comparison, everything=True)

    assert "the other figures" not in text
    assert all(it.name in text for it in comparison.changes)


def test_a_summary_for_a_pull_request() -> None:
    assert_matches("comparison.md", comparison_markdown(explained(), EXIT_LINE))


def test_junit_xml_is_what_readers_of_it_expect() -> None:
    text = junit_xml([comparison_suite(explained())])

    assert_matches("comparison.xml", text)
    root = ET.fromstring(text)  # noqa: S314  # ours
    suite = root[0]
    assert root.tag == "testsuites"
    assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
    assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_annotations_of_github_name_what_is_worse() -> None:
    assert_matches("comparison_github.txt", github_annotations([comparison_suite(explained())]))


def test_sarif_holds_what_is_worse() -> None:
    assert_matches("comparison.sarif", sarif([comparison_suite(explained())]))


def test_text_from_outside_has_no_power_over_any_format() -> None:
    comparison = nasty()
    suites = [comparison_suite(comparison)]

    assert "\x1b" not in table(comparison)
    markdown = comparison_markdown(comparison, EXIT_LINE)
    assert "<b>" not in markdown.replace("\\<b\\>", "")
    ET.fromstring(junit_xml(suites))  # noqa: S314  # ours
    lines = github_annotations(suites).splitlines()
    assert all(it.startswith(("::error ", "::warning ", "::notice ")) for it in lines)
    assert json.loads(sarif(suites))["version"] == "2.1.0"


@pytest.mark.parametrize("made", [BASE, SLOWER])
def test_no_format_says_more_judgements_than_there_are_changes(made: MadeRun) -> None:
    comparison = compared(BASE, made)

    assert len(comparison_suite(comparison).judgements) <= len(comparison.changes)


def test_annotations_stop_where_github_does() -> None:
    worse = comparison_suite(compared(BASE, SLOWER))

    lines = github_annotations([worse]).splitlines()

    assert sum(it.startswith("::error") for it in lines) == 10
    assert "more: see the log" in lines[9]
