"""`latprobe history list`: the runs that the index knows."""

import click
import msgspec

from latprobe.cli.history.options import DATABASE, JSON, selects_runs
from latprobe.cli.history.tables import print_runs
from latprobe.history.database import open_history
from latprobe.history.run_row import list_runs
from latprobe.history.selection import Selection
from latprobe.report.console import console_for


@click.command("list")
@selects_runs
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="So many, the newest first.",
)
@DATABASE
@JSON
def list_command(runs: Selection, limit: int, database: str, *, as_json: bool) -> None:
    """List runs, the newest first."""
    with open_history(database) as engine:
        found = list_runs(engine, runs, limit)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        print_runs(found, console_for())
