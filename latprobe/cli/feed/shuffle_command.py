"""`latprobe feed shuffle`: a feed in another order."""

from pathlib import Path

import click

from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.parsed import parsed
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.feed.written import print_written
from latprobe.feed.change.shuffle import Window, parse_window, shuffle_feed


@click.command("shuffle")
@click.argument("path", metavar="IN", type=PATH)
@click.argument("out", metavar="OUT", type=PATH)
@click.option(
    "--within",
    required=True,
    callback=parsed(parse_window),
    metavar="WINDOW",
    help="How far a message may move: 10ms or 100msgs.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@JSON
def shuffle_command(path: Path, out: Path, within: Window, seed: int, *, as_json: bool) -> None:
    """Write the feed IN to the feed OUT with its messages mixed within a window.

    Receive times stay where they are, and payloads move among them: so messages still arrive one
    after the other, but not in the order in which they were sent.
    """
    with byte_progress(f"shuffling {path.name}") as progress:
        feed = shuffle_feed(path, out, within, seed, progress=progress)
    print_written(feed, as_json=as_json)
