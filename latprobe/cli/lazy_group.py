"""A group of commands of which only the one that is called is imported.

What `latprobe run` needs takes half a second to import, which `latprobe show` should not wait for.
"""

import importlib
from collections.abc import Mapping

import click


class LazyGroup(click.Group):
    """Finds its commands by where they are: `{"run": "latprobe.cli.run:run"}`."""

    def __init__(self, *args: object, places: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever click takes
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's interface
        """The names, in the order in which they were given."""
        return list(self._places)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's interface
        cmd_name: str,
    ) -> click.Command | None:
        """The command of that name; None where there is none."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command
