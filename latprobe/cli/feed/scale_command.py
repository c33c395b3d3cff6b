"""`latprobe feed scale`: a feed at another speed."""

from fractions import Fraction
from pathlib import Path

import click

from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.parsed import parsed
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.feed.written import print_written
from latprobe.feed.change.scale import parse_speed, scale_feed


@click.command("scale")
@click.argument("path", metavar="IN", type=PATH)
@click.argument("out", metavar="OUT", type=PATH)
@click.option(
    "--speed",
    required=True,
    callback=parsed(parse_speed),
    metavar="SPEED",
    help="How many times as fast: 2, 0.5 or 1/3.",
)
@JSON
def scale_command(path: Path, out: Path, speed: Fraction, *, as_json: bool) -> None:
    """Write the feed IN to the feed OUT with its receive times closer, or further apart.

    The first message keeps its time. Payloads, and the event times in them, stay as they are.
    """
    with byte_progress(f"scaling {path.name}") as progress:
        feed = scale_feed(path, out, speed, progress=progress)
    print_written(feed, as_json=as_json)
