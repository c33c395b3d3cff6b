"""The `latprobe` command."""

import sys

import click

from latprobe.cli.feed import feed
from latprobe.cli.plot import plot
from latprobe.cli.run import run
from latprobe.cli.show import show
from latprobe.cli.target import target
from latprobe.errors import LatprobeError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="latprobe")
def latprobe() -> None:
    r"""What each stage of a market-data path costs, on the feed you really receive.

    \b
    Exit codes: 0 every budget holds, 1 a budget is broken, 2 bad usage or input,
    3 something is unproven and nothing broken, 4 a target crashed or hung.
    """


for command in (run, show, plot, feed, target):
    latprobe.add_command(command)


def main() -> None:
    """Runs the command line; an error that the user can mend ends in one line and exit code 2."""
    try:
        latprobe(prog_name="latprobe")
    except LatprobeError as error:
        click.echo(f"latprobe: {_printable(str(error))}", err=True)
        sys.exit(2)


def _printable(text: str) -> str:
    """Without what a terminal would take for an order; errors quote feeds and targets."""
    return "".join(it if it.isprintable() or it == "\n" else f"\\x{ord(it):02x}" for it in text)
