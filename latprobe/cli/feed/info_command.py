"""`latprobe feed info`: look at a feed."""

import json
from pathlib import Path

import click

from latprobe.cli.feed.info_lines import info_lines
from latprobe.cli.feed.options import JSON, PATH
from latprobe.errors import FeedError
from latprobe.feed.info import feed_info


@click.command("info")
@click.argument("path", metavar="FEED", type=PATH)
@JSON
def info_command(path: Path, *, as_json: bool) -> None:
    """Say what FEED holds, and whether its payloads are as they were written."""
    info = feed_info(path)
    if as_json:
        click.echo(json.dumps(info.as_dict(), indent=2))
    else:
        for line in info_lines(info):
            click.echo(line)
    if info.sha256_verified is False:
        raise FeedError(path, None, "its payloads do not have the SHA-256 that it states")
