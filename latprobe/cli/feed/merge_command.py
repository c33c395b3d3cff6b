"""`latprobe feed merge`: several feeds as one."""

from pathlib import Path

import click

from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.feed.written import print_written
from latprobe.feed.change.merge import merge_feeds


@click.command("merge")
@click.argument("out", metavar="OUT", type=PATH)
@click.argument("paths", metavar="IN IN...", nargs=-1, required=True, type=PATH)
@click.option(
    "--protocol", metavar="NAME", help="Language of the payloads, where the feeds do not agree."
)
@JSON
def merge_command(
    out: Path, paths: tuple[Path, ...], protocol: str | None, *, as_json: bool
) -> None:
    """Write the messages of all feeds IN to the feed OUT, by receive time.

    Messages received at the same time come in the order in which their feeds are named. Each feed
    keeps its own order.
    """
    if len(paths) == 1:
        raise click.UsageError("expected two feeds at least: latprobe feed merge OUT IN IN...")
    with byte_progress(f"merging {len(paths)} feeds") as progress:
        feed = merge_feeds(out, paths, protocol=protocol, progress=progress)
    print_written(feed, as_json=as_json)
