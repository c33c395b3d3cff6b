"""A run's verdicts for machines: JUnit, GitHub, SARIF, Markdown."""

import json
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from latprobe.report.github import github_annotations
from latprobe.report.junit import junit_xml
from latprobe.report.run_judged import run_suites
from latprobe.report.run_markdown import runs_markdown
from latprobe.report.sarif import sarif
from tests.report_cases import AFTER, DEAD, JUDGED
from tests.report_snapshots import assert_matches


@dataclass(frozen=True)
class Disagreed:
    words: str


FOUND = [("engine", Disagreed("trade: 3 messages for `a`, 4 messages for `b`"))]
RUNS = [it.document() for it in (JUDGED, DEAD)]
SUITES = run_suites(RUNS, FOUND, {"engine-after": "scenarios/engine.toml"})


def test_budgets_are_test_cases() -> None:
    text = junit_xml(SUITES)

    assert_matches("run.xml", text)
    root = ET.fromstring(text)  # noqa: S314  # ours
    assert [suite.get("failures") for suite in root] == ["2", "0", "1"]
    assert [suite.get("errors") for suite in root] == ["1", "1", "0"]


def test_broken_budgets_are_annotations_of_the_scenario_file() -> None:
    text = github_annotations(SUITES)

    assert_matches("run_github.txt", text)
    assert "::error file=scenarios/engine.toml,title=" in text


def test_broken_budgets_are_results_in_the_scenario_file() -> None:
    text = sarif(SUITES)

    assert_matches("run.sarif", text)
    (run,) = json.loads(text)["runs"]
    uris = [
        it["locations"][0].get("physicalLocation", {}).get("artifactLocation", {}).get("uri")
        for it in run["results"]
    ]
    assert "scenarios/engine.toml" in uris


def test_a_summary_has_what_is_broken_first() -> None:
    text = runs_markdown([*RUNS, AFTER.document()], FOUND, "exit code 4: a target crashed")

    assert_matches("run.md", text)
