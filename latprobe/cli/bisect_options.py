"""The options of `latprobe bisect`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from latprobe.cli.option_group import option_group
from latprobe.units import parse_share


@dataclass(frozen=True)
class BisectOptions:
    """What the command line says of a bisection, each by the option of its name."""

    good: str
    bad: str
    build: str
    library: Path
    figure: str | None
    seconds: float
    tries: int
    tolerance: float
    anyway: bool


def _share(_context: click.Context, _option: click.Parameter, text: str) -> float:
    try:
        return float(parse_share(text))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


_OPTIONS: Final = (
    click.option("--good", required=True, metavar="REV", help="A revision before it got worse."),
    click.option("--bad", required=True, metavar="REV", help="A later one, after that."),
    click.option("--build", required=True, help="How a revision is built; run without a shell."),
    click.option(
        "--library",
        required=True,
        type=click.Path(path_type=Path),
        help="What that builds, in the revision's tree.",
    ),
    click.option(
        "--figure",
        metavar="FIGURE",
        help="What got worse, such as 'parse: p99'.  [default: what an A/B of both ends shows "
        "best]",
    ),
    click.option(
        "--seconds",
        type=click.FloatRange(min=1.0),
        default=30.0,
        show_default=True,
        help="The longest that an A/B measures; what is counted exactly needs none.",
    ),
    click.option(
        "--tries",
        type=click.IntRange(1, 8),
        default=3,
        show_default=True,
        help="A/Bs of a commit, each twice as long as that before, until it is decided.",
    ),
    click.option(
        "--tolerance",
        default="2%",
        show_default=True,
        callback=_share,
        help="What a time may change by and still count as no change.",
    ),
    click.option(
        "--anyway", is_flag=True, help="Go on with commits that understood another thing."
    ),
)

bisect_options = option_group("asked", BisectOptions, _OPTIONS)
"""Adds the options; the command is given them as `asked`."""
