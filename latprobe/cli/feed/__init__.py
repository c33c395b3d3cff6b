"""`latprobe feed`: one file a command."""

import click

from latprobe.cli.feed.import_command import import_command
from latprobe.cli.feed.info_command import info_command
from latprobe.cli.feed.match_command import match_command
from latprobe.cli.feed.synth_command import synth_command


@click.group("feed")
def feed() -> None:
    """Bring recordings in, look at feeds, make feeds up, match what went in with what came out."""


for command in (import_command, info_command, match_command, synth_command):
    feed.add_command(command)
