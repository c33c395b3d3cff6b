"""`latprobe dashboard build`: write the site."""

import json
from pathlib import Path

import click
from sqlalchemy import Engine

from latprobe.cli.dashboard.broken import tell_broken
from latprobe.cli.dashboard.site import site_of
from latprobe.cli.dashboard.soak_pages import SoakPages
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.history.options import DATABASE, JSON, NEWEST, RESULTS, SOAKS, now_ms
from latprobe.dashboard.build import build
from latprobe.history.database import open_history
from latprobe.history.sync import sync


@click.command("build")
@click.argument("folder", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@NEWEST
@SOAKS
@click.option(
    "--sync/--no-sync",
    "reads_new",
    default=True,
    show_default=True,
    help="Read new run documents into the index first, or leave it as it is.",
)
@RESULTS
@DATABASE
@JSON
def build_command(
    folder: Path,
    runs: int,
    soaks: int,
    results: Path,
    database: str,
    *,
    reads_new: bool,
    as_json: bool,
) -> None:
    """Write the site into the folder OUT, and print the page that a browser opens.

    Run documents under `--results` that are new are read into the index first, which is made where
    there is none. Soaks are looked for in the same folder.
    """
    # A site of an index alone needs no such folder.
    reads_new = reads_new and results.is_dir()
    with open_history(database, make=reads_new) as engine:
        if reads_new:
            _read_new(engine, results)
        with byte_progress("reading soaks") as progress:
            rows = SoakPages(folder, results, soaks).refresh(progress=progress)
        site = site_of(engine, now_ms(), runs=runs, soaks=rows)
    build(site, folder)
    page = str(folder / "index.html")
    click.echo(json.dumps({"page": page}) if as_json else page)


def _read_new(engine: Engine, results: Path) -> None:
    with byte_progress("reading run documents") as progress:
        synced = sync(engine, results, progress=progress)
    tell_broken(synced, set())
