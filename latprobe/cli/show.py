"""`latprobe show`: a run document as a table."""

from pathlib import Path

import click

from latprobe.report.console import console_for
from latprobe.report.json import run_json
from latprobe.report.table import print_run
from latprobe.run.store import read_run


@click.command()
@click.argument("path", metavar="RUN.json", type=click.Path(path_type=Path))
@click.option("--by-kind", is_flag=True, help="Split every row by message kind.")
@click.option("--json", "as_json", is_flag=True, help="Print the document itself.")
def show(path: Path, by_kind: bool, as_json: bool) -> None:
    """Show what the run RUN.json found."""
    run = read_run(path)
    if as_json:
        click.echo(run_json(run))
    else:
        print_run(run, console_for(), by_kind=by_kind, with_origin=True)
