"""`latprobe dashboard`: one file a command."""

import click

from latprobe.cli.lazy_group import LazyGroup

_COMMANDS = ("build", "serve")


@click.group(
    "dashboard",
    cls=LazyGroup,
    places={it: f"latprobe.cli.dashboard.{it}_command:{it}_command" for it in _COMMANDS},
)
def dashboard() -> None:
    """A site of the history that opens from the disk, with no server and no network."""
