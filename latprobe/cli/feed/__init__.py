"""`latprobe feed`: one file a command."""

import click

from latprobe.cli.feed.import_command import import_command
from latprobe.cli.feed.info_command import info_command
from latprobe.cli.feed.match_command import match_command
from latprobe.cli.feed.record_command import record_command
from latprobe.cli.feed.serve_command import serve_command
from latprobe.cli.feed.synth_command import synth_command


@click.group("feed")
def feed() -> None:
    """Bring recordings in, record live feeds, serve, make up, look at and match feeds."""


for command in (
    import_command,
    info_command,
    match_command,
    record_command,
    serve_command,
    synth_command,
):
    feed.add_command(command)
