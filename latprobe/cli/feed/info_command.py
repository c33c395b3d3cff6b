"""`latprobe feed info`: look at a feed."""

import json
import shutil
from pathlib import Path

import click

from latprobe.cli.feed.info_lines import info_lines
from latprobe.cli.feed.info_plot import plot_rates
from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.progress import byte_progress
from latprobe.errors import FeedError
from latprobe.feed.info import feed_info

_NARROWEST, _WIDEST = 60, 160


@click.command("info")
@click.argument("path", metavar="FEED", type=PATH)
@click.option(
    "--plot",
    "picture",
    metavar="FILE",
    type=PATH,
    help="Draw the rate over time into FILE: .svg, .png or .pdf.",
)
@JSON
def info_command(path: Path, picture: Path | None, *, as_json: bool) -> None:
    """Say what FEED holds, and whether its payloads are as they were written.

    How many messages over which channels, of which kinds and sizes, how fast and how evenly; what
    sequence numbers say of gaps, duplicates and disorder; and how long after its event a message
    was received. A feed of any size takes the same memory.
    """
    with byte_progress(f"reading {path.name}") as progress:
        info = feed_info(path, progress=progress)
    if picture is not None:
        plot_rates(info, picture)
    if as_json:
        click.echo(json.dumps(info.as_dict(), indent=2))
    else:
        # A terminal's own width; 80 where there is none, or what COLUMNS says.
        width = min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
        for line in info_lines(info, width):
            click.echo(line)
    if info.sha256_verified is False:
        raise FeedError(path, None, "its payloads do not have the SHA-256 that it states")
