"""Reports besides the one on the screen: `--report junit=results.xml`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from latprobe.exit_code import ExitCode
from latprobe.report.disagreement import Disagreement
from latprobe.report.github import github_annotations
from latprobe.report.json import suite_json
from latprobe.report.junit import junit_xml
from latprobe.report.run_judged import run_suites
from latprobe.report.run_markdown import runs_markdown
from latprobe.report.sarif import sarif
from latprobe.report.summary import MEANING
from latprobe.run.model import RunDocument
from latprobe.run.whole_file import write_whole

_Command = TypeVar("_Command", bound=Callable[..., Any])

FORMATS: Final = ("table", "markdown", "junit", "github", "sarif", "json")
"""What a command can print."""

Reports = Mapping[str, Callable[[], str]]
"""For each format but the table, what makes its text."""


def _parsed(
    _context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[tuple[str, Path], ...]:
    found = []
    for text in texts:
        wanted, _, path = text.partition("=")
        if not path or wanted not in FORMATS[1:]:
            known = ", ".join(FORMATS[1:])
            raise click.BadParameter(f"`{text}` is not like junit=results.xml; formats: {known}")
        found.append((wanted, Path(path)))
    return tuple(found)


def format_options(command: _Command) -> _Command:
    """Gives a command `--format`, `--json` and `--report`."""
    for option in (
        click.option(
            "--report",
            "reports",
            callback=_parsed,
            multiple=True,
            metavar="FORMAT=FILE",
            help="Also write a report to a file; repeat for more.",
        ),
        click.option("--json", "as_json", is_flag=True, help="As --format json."),
        click.option(
            "--format",
            "wanted",
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="What is printed: for people, for a pull request, or for a CI system.",
        ),
    ):
        command = option(command)
    return command


def run_reports(
    runs: Sequence[RunDocument],
    paths: Sequence[Path],
    disagreements: Sequence[tuple[str, Disagreement]],
    code: ExitCode,
    files: Mapping[str, str],
) -> Reports:
    """What makes each report of a suite.

    Args:
        runs: Its runs.
        paths: Where their documents are, in the same order.
        disagreements: What targets of a family understood differently, by the family's name.
        code: What the command ends with.
        files: The scenario file of each run, by the scenario's name, where it is known.
    """
    suites = run_suites(runs, disagreements, files)
    exit_line = f"exit code {int(code)}: {MEANING[int(code)]}"
    return {
        "markdown": lambda: runs_markdown(runs, disagreements, exit_line),
        "junit": lambda: junit_xml(suites),
        "github": lambda: github_annotations(suites),
        "sarif": lambda: sarif(suites),
        "json": lambda: suite_json(runs, paths, disagreements, code) + "\n",
    }


def write_reports(reports: tuple[tuple[str, Path], ...], made: Reports) -> None:
    """Writes what `--report` asks for, each file whole or not at all.

    Raises:
        RunError: where one cannot be written.
    """
    for wanted, path in reports:
        write_whole(path, made[wanted]().encode())
