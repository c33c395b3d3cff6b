"""The `latprobe` command."""

import signal
import sys

import click

from latprobe.cli.lazy_group import LazyGroup
from latprobe.errors import LatprobeError
from latprobe.exit_code import ExitCode

_COMMANDS = (
    *("run", "soak", "ab", "calibrate", "compare", "explain", "baseline", "export"),
    *("history", "dashboard", "bisect"),
    *("audit", "show", "report", "tail", "annotate", "check", "plot", "feed", "target", "doctor"),
)
"""Each in a file of its name."""


@click.group(
    cls=LazyGroup,
    places={name: f"latprobe.cli.{name}:{name}" for name in _COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="latprobe")
def latprobe() -> None:
    """What each stage of a market-data path costs, on the feed you really receive.

    \b
    Exit codes: 0 every budget holds, 1 a budget is broken, 2 bad usage or input,
    3 something is unproven and nothing broken (`doctor`: the instrument is not sound),
    4 a target crashed or hung.
    """  # noqa: D301  # a backspace for click, which keeps the lines, not two letters


def main() -> None:
    """Runs the command line; an error that the user can mend ends in one line and exit code 2.

    A command that is told to end (Ctrl-C, SIGTERM) ends its forks first, and then as shells expect
    it: with 130 or 143, never with a code that says something about a budget.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(latprobe(prog_name="latprobe", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except LatprobeError as error:
        click.echo(f"latprobe: {_printable(str(error))}", err=True)
        sys.exit(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("latprobe: stopped; runs that had ended are kept", err=True)
        sys.exit(128 + signal.SIGINT)


def _printable(text: str) -> str:
    """Without what a terminal would take for an order; errors quote feeds and targets."""
    return "".join(it if it.isprintable() or it == "\n" else f"\\x{ord(it):02x}" for it in text)
