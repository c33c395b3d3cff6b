"""`latprobe dashboard serve`: the site, kept fresh."""

import json
from pathlib import Path
from typing import Final

import click

from latprobe.cli.dashboard.broken import tell_broken
from latprobe.cli.dashboard.site import site_of
from latprobe.cli.dashboard.soak_pages import SoakPages
from latprobe.cli.history.options import DATABASE, JSON, NEWEST, RESULTS, SOAKS, now_ms
from latprobe.dashboard.build import build, write_data
from latprobe.dashboard.serve import serve
from latprobe.history.database import open_history
from latprobe.history.sync import sync
from latprobe.temporary_folder import temporary_folder

_READING_S: Final = 2.0
"""So long soaks are read before what was read is shown."""


@click.command("serve")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8_000,
    show_default=True,
    help="0 for any that is free.",
)
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look for new runs.",
)
@NEWEST
@SOAKS
@RESULTS
@DATABASE
@JSON
def serve_command(
    port: int,
    every: float,
    runs: int,
    soaks: int,
    results: Path,
    database: str,
    *,
    as_json: bool,
) -> None:
    """Serve the site to this machine alone, and read new runs as they come, until Ctrl-C.

    An open page follows. A soak that runs is read again each minute.
    """
    with (
        open_history(database, make=True) as engine,
        temporary_folder() as folder,
    ):
        told: set[str] = set()
        tell_broken(sync(engine, results), told)
        pages = SoakPages(folder, results, soaks)
        rows = pages.refresh(seconds=0.0)
        build(site_of(engine, now_ms(), runs=runs, soaks=rows), folder)

        def refresh() -> None:
            nonlocal rows
            synced, before = sync(engine, results), rows
            tell_broken(synced, told)
            rows = pages.refresh(seconds=_READING_S)
            if synced.added or rows != before:
                write_data(site_of(engine, now_ms(), runs=runs, soaks=rows), folder)

        def started(address: str) -> None:
            click.echo(json.dumps({"url": address}) if as_json else address)

        serve(folder, port, refresh=refresh, every_s=every, started=started)
