"""What a test is told of a measure, in words."""

import io
from collections.abc import Iterable
from typing import Final

from rich.console import Console, RenderableType

from latprobe.api.result import Result
from latprobe.report.comparison_table import print_comparison
from latprobe.report.console import console_for
from latprobe.report.figures_table import figures_table
from latprobe.report.findings import failure_lines, target_lines, warning_lines
from latprobe.report.precision import precision_of
from latprobe.report.trimmed import Trimmed
from latprobe.report.verdicts import verdict_lines
from latprobe.run.change import Comparison

_WIDTH: Final = 110


def account(result: Result, headline: str, comparison: Comparison | None) -> str:
    """A headline, the budgets with their verdicts, the figures, and what changed."""
    text = io.StringIO()
    console = console_for(text, plain=True, width=_WIDTH)
    run = result.document
    console.print(headline)
    _print_block(verdict_lines(run.verdicts, console), console)
    _print_block(failure_lines(run), console)
    precision = precision_of(run)
    _print_block(figures_table(run, precision, console, by_kind=False), console)
    _print_block(target_lines(run), console)
    _print_block(warning_lines(run), console)
    if comparison is not None:
        console.print()
        print_comparison(comparison, "", console)
    return text.getvalue().rstrip()


def _print_block(lines: Iterable[RenderableType], console: Console) -> None:
    for number, line in enumerate(lines):
        if number == 0:
            console.print()
        console.print(Trimmed(line))
