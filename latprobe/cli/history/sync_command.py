"""`latprobe history sync`: bring the index up to what the files say."""

from pathlib import Path

import click
import msgspec

from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.history.options import DATABASE, JSON, RESULTS
from latprobe.errors import HistoryError
from latprobe.history.database import open_history
from latprobe.history.sync import sync


@click.command("sync")
@RESULTS
@DATABASE
@JSON
def sync_command(results: Path, database: str, *, as_json: bool) -> None:
    """Read run documents that are new into the index, and make it where there is none.

    It may be run again, and by many machines at the same time. A document that is broken is named,
    the others are read, and it ends with 2.
    """
    with (
        open_history(database, make=True) as engine,
        byte_progress("reading run documents") as progress,
    ):
        synced = sync(engine, results, progress=progress)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(synced)))
    else:
        click.echo(
            f"{synced.added:,} runs added, {synced.known:,} known already; "
            f"{synced.read:,} of {synced.files:,} files read, "
            f"{synced.others:,} of them no run documents"
        )
    if synced.broken:
        raise HistoryError("\n".join(synced.broken))
