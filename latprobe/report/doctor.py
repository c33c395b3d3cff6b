"""What `latprobe doctor` found, as a terminal table or as plain text, and as JSON."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Final

import msgspec
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from latprobe.report.printable import printable
from latprobe.report.trimmed import Trimmed
from latprobe.report.truth import truth_table
from latprobe.run.examination import Examination, Finding, Verdict

_MARKS: Final[dict[Verdict, str]] = {"good": "✔", "worse": "!", "unsound": "✘"}
_STYLES: Final[dict[Verdict, str]] = {"good": "green", "worse": "yellow", "unsound": "bold red"}
_INDENT: Final = 2


def print_examination(examination: Examination, exit_code: int, console: Console) -> None:
    """Prints each finding with its advice, the table of truth, and what it all comes to."""
    for line in _lines(examination, exit_code, console):
        console.print(Trimmed(line))


def examination_json(examination: Examination, exit_code: int) -> str:
    """The same for programs, in ASCII."""
    content = {
        **msgspec.to_builtins(examination),
        "sound": examination.is_sound,
        "exit_code": int(exit_code),
    }
    return json.dumps(content, indent=1, ensure_ascii=True)


def _lines(examination: Examination, exit_code: int, console: Console) -> Iterator[RenderableType]:
    for group, findings in groupby(examination.findings, key=lambda finding: finding.group):
        yield Text(group, style="bold")
        yield _findings_table(list(findings))
        yield Text()
    yield Text("truth", style="bold").append(
        "  chains of known length, driven as any target is", style="dim not bold"
    )
    room = console.width - _INDENT
    yield Padding.indent(truth_table(examination.truth, console, room=room), _INDENT)
    for row in examination.truth:
        for figure in row.figures:
            if figure.reason:
                words = f"? {figure.figure} of {row.products:,} products: {figure.reason}"
                yield Padding.indent(Text(printable(words), style="dim"), _INDENT)
    yield Text()
    yield _summary(examination, exit_code)


def _findings_table(findings: list[Finding]) -> Padding:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for finding in findings:
        mark = Text(f"{_MARKS[finding.verdict]} {finding.verdict}", style=_STYLES[finding.verdict])
        grid.add_row(mark, Text(finding.name), Text(printable(finding.value)))
        if finding.advice:
            grid.add_row("", "", Text(printable(finding.advice), style="dim"))
    return Padding.indent(grid, _INDENT)


def _summary(examination: Examination, exit_code: int) -> Text:
    counts = examination.verdicts
    sound = examination.is_sound
    line = Text("sound" if sound else "not sound", style="green" if sound else "bold red")
    parts = [f"{counts[verdict]} {verdict}" for verdict in _MARKS]
    words = f": {', '.join(parts)}; took {examination.seconds:.1f} s; exit code {int(exit_code)}"
    return line.append(words, style="default not bold")
