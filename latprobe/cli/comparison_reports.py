"""The reports of a comparison, in every format."""

from latprobe.cli.reports import Reports
from latprobe.report.comparison_judged import comparison_suite
from latprobe.report.comparison_markdown import comparison_markdown
from latprobe.report.github import github_annotations
from latprobe.report.junit import junit_xml
from latprobe.report.sarif import sarif
from latprobe.run.change import Comparison
from latprobe.run.comparison_store import comparison_json


def comparison_reports(comparison: Comparison, exit_line: str, *, everything: bool) -> Reports:
    """What makes each report of a comparison."""
    suites = [comparison_suite(comparison)]
    return {
        "markdown": lambda: comparison_markdown(comparison, exit_line, everything=everything),
        "junit": lambda: junit_xml(suites),
        "github": lambda: github_annotations(suites),
        "sarif": lambda: sarif(suites),
        "json": lambda: comparison_json(comparison) + "\n",
    }
