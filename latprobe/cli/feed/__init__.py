"""`latprobe feed`: one file a command."""

import click

from latprobe.cli.lazy_group import LazyGroup

_COMMANDS = (
    "import",
    "record",
    "info",
    "slice",
    "merge",
    "scale",
    "loop",
    "shuffle",
    "fault",
    "transcode",
    "synth",
    "serve",
    "match",
)


@click.group(
    "feed",
    cls=LazyGroup,
    places={it: f"latprobe.cli.feed.{it}_command:{it}_command" for it in _COMMANDS},
)
def feed() -> None:
    """Bring recordings in, record, serve, make up, look at, change, break and match feeds."""
