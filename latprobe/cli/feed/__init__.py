"""`latprobe feed`: one file a command."""

import click

from latprobe.cli.feed.fault_command import fault_command
from latprobe.cli.feed.import_command import import_command
from latprobe.cli.feed.info_command import info_command
from latprobe.cli.feed.loop_command import loop_command
from latprobe.cli.feed.match_command import match_command
from latprobe.cli.feed.merge_command import merge_command
from latprobe.cli.feed.record_command import record_command
from latprobe.cli.feed.scale_command import scale_command
from latprobe.cli.feed.serve_command import serve_command
from latprobe.cli.feed.shuffle_command import shuffle_command
from latprobe.cli.feed.slice_command import slice_command
from latprobe.cli.feed.synth_command import synth_command


@click.group("feed")
def feed() -> None:
    """Bring recordings in, record, serve, make up, look at, change, break and match feeds."""


for command in (
    import_command,
    record_command,
    info_command,
    slice_command,
    merge_command,
    scale_command,
    loop_command,
    shuffle_command,
    fault_command,
    synth_command,
    serve_command,
    match_command,
):
    feed.add_command(command)
