"""`latprobe feed slice`: some of a feed's messages."""

from pathlib import Path
from typing import Final

import click

from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.parsed import parsed
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.feed.written import print_written
from latprobe.feed.change.slice import Selection, slice_feed
from latprobe.feed.change.time_point import TimePoint, parse_time_point

_COUNT: Final = click.IntRange(min=1)


@click.command("slice")
@click.argument("path", metavar="IN", type=PATH)
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--first", type=_COUNT, metavar="N", help="The first N.")
@click.option("--last", type=_COUNT, metavar="N", help="The last N.")
@click.option("--skip", type=click.IntRange(min=0), metavar="N", help="Pass over the first N.")
@click.option("--count", type=_COUNT, metavar="N", help="N of what is left then.")
@click.option(
    "--from",
    "start",
    callback=parsed(parse_time_point),
    metavar="TIME",
    help="Received then or later: 2024-08-08T23:54:15.25Z (UTC without an offset), or +10s from "
    "the first message.",
)
@click.option(
    "--to", "stop", callback=parsed(parse_time_point), metavar="TIME", help="Received before then."
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="PATTERN",
    help="Over a channel that matches, as `*@trade`; repeat for more.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="PATTERN",
    help="Of a kind that matches, as `feed info` names them; one such as `A add order` goes by "
    "`A` and `add order` as well; repeat for more.",
)
@JSON
def slice_command(
    path: Path,
    out: Path,
    first: int | None,
    last: int | None,
    skip: int | None,
    count: int | None,
    start: TimePoint | None,
    stop: TimePoint | None,
    channels: tuple[str, ...],
    kinds: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Write some messages of the feed IN to the feed OUT.

    Those that meet all of --from, --to, --channel and --kind; and of these, the ones that --first,
    --last, or --skip and --count say.
    """
    if sum((first is not None, last is not None, skip is not None or count is not None)) > 1:
        raise click.UsageError("--first, --last, and --skip with --count exclude each other")
    wanted = Selection(
        start=start,
        stop=stop,
        channels=channels,
        kinds=kinds,
        skip=skip or 0,
        count=count if first is None else first,
        last=last,
    )
    with byte_progress(f"slicing {path.name}") as progress:
        feed = slice_feed(path, out, wanted, progress=progress)
    print_written(feed, as_json=as_json)
