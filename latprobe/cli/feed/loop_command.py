"""`latprobe feed loop`: a feed over and over."""

from pathlib import Path

import click

from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.parsed import parsed
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.feed.written import print_written
from latprobe.feed.change.loop import loop_feed
from latprobe.units import parse_ns


@click.command("loop")
@click.argument("path", metavar="IN", type=PATH)
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--times", required=True, type=click.IntRange(min=1), metavar="N", help="Rounds.")
@click.option(
    "--gap",
    "gap_ns",
    callback=parsed(lambda text: round(parse_ns(text))),
    metavar="TIME",
    help="From the last message of a round to the first of the next, as 1ms; without it, the mean "
    "gap between the feed's messages.",
)
@JSON
def loop_command(path: Path, out: Path, times: int, gap_ns: int | None, *, as_json: bool) -> None:
    """Write the feed IN to the feed OUT so many times, one round after the other.

    Times go on from round to round. Payloads are the same in each, so that their sequence numbers
    and event times begin anew.
    """
    with byte_progress(f"looping {path.name}") as progress:
        feed = loop_feed(path, out, times, gap_ns, progress=progress)
    print_written(feed, as_json=as_json)
