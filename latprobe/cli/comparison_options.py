"""What commands that compare two sides have in common: options, exit lines, and what is printed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from latprobe.cli.comparison_reports import comparison_reports
from latprobe.cli.reports import format_options, write_reports
from latprobe.exit_code import ExitCode
from latprobe.report.comparison_table import print_comparison
from latprobe.report.console import console_for
from latprobe.run.change import Comparison
from latprobe.units import parse_share

_Command = TypeVar("_Command", bound=Callable[..., Any])

UNPROVEN: Final = (
    "exit code 3: of a figure that a gate hangs on it cannot be told, and nothing is worse"
)


def _parsed_tolerance(_context: click.Context, _parameter: click.Parameter, text: str) -> float:
    try:
        return float(parse_share(text))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def comparison_options(command: _Command) -> _Command:
    """Gives a command what is compared, what is told of it, and in which format."""
    for option in (
        format_options,
        click.option("--all", "everything", is_flag=True, help="A line for every figure."),
        click.option(
            "--explain", "explained", is_flag=True, help="Say where the change comes from."
        ),
        click.option(
            "--gate",
            "gates",
            multiple=True,
            metavar="FIGURE",
            help="Hang the exit code on this figure, such as 'parse[trade]: p99'; repeat for "
            "more.  [default: cost, p99 and allocations of the total, and what the scenario sets "
            "budgets on]",
        ),
        click.option(
            "--tolerance",
            default="2%",
            show_default=True,
            callback=_parsed_tolerance,
            help="What a time may change by and still count as no change; counts may not change "
            "at all.",
        ),
    ):
        command = option(command)
    return command


def show_comparison(
    comparison: Comparison,
    exit_line: str,
    wanted: str,
    reports: tuple[tuple[str, Path], ...],
    *,
    everything: bool,
) -> None:
    """Prints a comparison in the format that is wanted, and writes the reports.

    Raises:
        RunError: where a report cannot be written.
    """
    made = comparison_reports(comparison, exit_line, everything=everything)
    if wanted == "table":
        print_comparison(comparison, exit_line, console_for(), everything=everything)
    else:
        click.echo(made[wanted](), nl=False)
    write_reports(reports, made)


def exit_lines(passed: str, failed: str) -> dict[ExitCode, str]:
    """What is said of each exit code.

    Args:
        passed: What is so where it is 0.
        failed: What is so where it is 1.
    """
    return {
        ExitCode.PASS: f"exit code 0: {passed}",
        ExitCode.FAIL: f"exit code 1: {failed}",
        ExitCode.USAGE: "exit code 2: a target refused what it was given",
        ExitCode.UNPROVEN: UNPROVEN,
        ExitCode.CRASHED: "exit code 4: a target crashed or hung",
    }
