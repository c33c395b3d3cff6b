"""Tables of runs, series and changes."""

from collections.abc import Collection, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from latprobe.cli.history.amounts import between, commit_text, figure_text, size
from latprobe.history.changes import Change
from latprobe.history.run_row import RunRow
from latprobe.history.series import Series
from latprobe.report.printable import printable
from latprobe.units import format_amount

_STYLES = {"fail": "bold red", "crashed": "bold red", "unproven": "yellow", "pass": "green"}


def print_runs(runs: Sequence[RunRow], console: Console) -> None:
    """A line for each run."""
    table = _table("started (UTC)", "scenario", "verdict", "commit", "branch", "host", "id")
    for run in runs:
        table.add_row(
            _text(run.started),
            _text(run.scenario),
            Text(run.verdict, style=_STYLES.get(run.verdict, "")),
            _text(commit_text(run.commit)),
            _text(run.branch or "unknown"),
            _text(run.host),
            _text(run.id),
        )
    console.print(table)


def print_series(series: Sequence[Series], console: Console) -> None:
    """A table for each series, with a line for each run."""
    for one in series:
        name = one.name
        console.print(_text(f"{name.scenario}  {figure_text(name)}"), style="bold")
        console.print(_text(f"branch {name.branch or 'unknown'}, {name.machine_class}"))
        table = _table("started (UTC)", "commit", name.figure, right={name.figure})
        for run, value in zip(one.runs, one.values, strict=True):
            table.add_row(
                _text(run.started), _text(commit_text(run.commit)), format_amount(value, name.unit)
            )
        console.print(table)


def print_changes(changes: Sequence[Change], console: Console) -> None:
    """A line for each change."""
    right = {"change", "before", "after"}
    headers = ("scenario", "figure", "change", "before", "after", "between", "also changed")
    table = _table(*headers, right=right)
    for it in changes:
        unit = it.series.unit
        table.add_row(
            _text(it.series.scenario),
            _text(figure_text(it.series)),
            Text(size(it), style="green" if it.better else "red"),
            format_amount(it.before, unit),
            format_amount(it.after, unit),
            _text(between(it)),
            _text(", ".join(it.others) or "–"),
        )
    console.print(table)


def _table(*headers: str, right: Collection[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        table.add_column(
            printable(header),
            justify="right" if header in right else "left",
            overflow="fold",
            no_wrap=header.startswith("started"),
        )
    return table


def _text(words: str) -> Text:
    return Text(printable(words))
