"""`latprobe feed synth`: make a feed up."""

from pathlib import Path

import click

from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.feed.written import print_written
from latprobe.feed.synth import GENERATORS
from latprobe.feed.synth.synth import synth


@click.command("synth")
@click.argument("protocol", type=click.Choice([made.protocol for made in GENERATORS]))
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--messages", type=click.IntRange(min=1), default=100_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@JSON
def synth_command(protocol: str, out: Path, messages: int, seed: int, *, as_json: bool) -> None:
    """Make up the feed OUT: the same bytes from the same seed, on every machine."""
    with byte_progress(f"making up {protocol}") as progress:
        written = synth(protocol, messages, seed, out, progress=progress)
    print_written(written, as_json=as_json)
