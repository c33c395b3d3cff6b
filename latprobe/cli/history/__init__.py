"""`latprobe history`: one file a command."""

import click

from latprobe.cli.lazy_group import LazyGroup

_COMMANDS = ("sync", "news", "list", "query", "changes", "thin")


@click.group(
    "history",
    cls=LazyGroup,
    places={it: f"latprobe.cli.history.{it}_command:{it}_command" for it in _COMMANDS},
)
def history() -> None:
    """The runs of months and years: find them, follow their figures, see what changed and when.

    Run documents are the truth; the index made of them is a file, or a PostgreSQL database that
    many machines write to.
    """
