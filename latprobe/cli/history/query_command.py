"""`latprobe history query`: figures over runs."""

import csv
import sys
from collections.abc import Sequence

import click
import msgspec

from latprobe.cli.history.options import DATABASE, JSON, selects_series
from latprobe.cli.history.tables import print_series
from latprobe.history.database import open_history
from latprobe.history.run_row import RunRow
from latprobe.history.selection import Selection
from latprobe.history.series import Series, SeriesName, load_series
from latprobe.report.console import console_for

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@click.command("query")
@selects_series
@DATABASE
@JSON
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a line for each run and figure.")
def query_command(wanted: Selection, database: str, *, as_json: bool, as_csv: bool) -> None:
    """Print series: a figure of a stage over runs, on one class of machines and branch."""
    if as_json and as_csv:
        raise click.UsageError("--json or --csv, not both")
    with open_history(database) as engine:
        series = load_series(engine, wanted)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(series)))
    elif as_csv:
        _write_csv(series)
    else:
        print_series(series, console_for())


def _write_csv(series: Sequence[Series]) -> None:
    of_run = [it for it in RunRow.__struct_fields__ if it not in ("run", "started_ms")]
    of_name = [it for it in SeriesName.__struct_fields__ if it not in of_run]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["started", *of_run, *of_name, "value", "level"])
    for one in series:
        name = [_cell(getattr(one.name, it)) for it in of_name]
        for run, value, level in zip(one.runs, one.values, one.levels, strict=True):
            about = [_cell(getattr(run, it)) for it in of_run]
            writer.writerow([run.started, *about, *name, value, level])


def _cell(value: object) -> object:
    """Names from outside are no formulas, whichever spreadsheet opens them."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
