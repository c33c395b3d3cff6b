"""`latprobe dashboard build`: write the site."""

import json
from pathlib import Path

import click

from latprobe.cli.dashboard.site import site_of
from latprobe.cli.dashboard.soak_pages import SoakPages
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.history.options import DATABASE, JSON, NEWEST, RESULTS, SOAKS, now_ms
from latprobe.dashboard.build import build
from latprobe.history.database import open_history


@click.command("build")
@click.argument("folder", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@NEWEST
@SOAKS
@RESULTS
@DATABASE
@JSON
def build_command(
    folder: Path, runs: int, soaks: int, results: Path, database: str, *, as_json: bool
) -> None:
    """Write the site into the folder OUT, and print the page that a browser opens.

    Runs are those of the index; soaks are looked for under `--results`.
    """
    with open_history(database) as engine, byte_progress("reading soaks") as progress:
        rows = SoakPages(folder, results, soaks).refresh(progress=progress)
        site = site_of(engine, now_ms(), runs=runs, soaks=rows)
    build(site, folder)
    page = str(folder / "index.html")
    click.echo(json.dumps({"page": page}) if as_json else page)
