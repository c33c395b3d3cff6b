"""The options of `latprobe feed match`."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from latprobe.cli.feed.options import PATH

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option(
        "--key",
        metavar="EXPRESSION",
        help="Where the key of a message stands: json:data.E, fix:11, be32@8, ascii@0:10, "
        'regex:"seq=([0-9]+)", payload; parts are joined by +. See docs/MATCH.md.',
    ),
    click.option("--out-key", metavar="EXPRESSION", help="The same for OUT, where it is another."),
    click.option("--kind", metavar="EXPRESSION", help="What tells kinds of messages in IN apart."),
    click.option(
        "--within", metavar="TIME", help="The longest that an answer may take.  [default: 1s]"
    ),
    click.option(
        "--each",
        type=click.Choice(["first", "all"]),
        help="Answers that count for one message.  [default: first]",
    ),
    click.option(
        "--reused",
        type=click.Choice(["latest", "oldest"]),
        help="Of several messages with one key, which is answered.  [default: latest]",
    ),
    click.option(
        "--clock-offset", metavar="TIME", help="How far OUT's clock is ahead of IN's: 3us, -3us."
    ),
    click.option("--clock-error", metavar="TIME", help="How far that may be wrong, either way."),
    click.option(
        "--granularity",
        metavar="TIME",
        help="The step of the recordings' times; measured when not named.",
    ),
    click.option(
        "--budget", "budgets", multiple=True, help='As "total: p99.9 < 50us"; repeat for more.'
    ),
    click.option(
        "--scenario",
        "file",
        type=PATH,
        help="A TOML file with all of this; what the command line says takes its place.",
    ),
    click.option("--name", help="Names the run document.  [default: of the first IN]"),
    click.option(
        "-o",
        "--output",
        type=PATH,
        metavar="RUN.json",
        help="The run document.  [default: in results/runs, by name and time]",
    ),
    click.option("--by-kind", is_flag=True, help="Split the figures by kind."),
)


def match_options(command: _Command) -> _Command:
    """Gives a command the options, those of a scenario's `[match]` by its names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
