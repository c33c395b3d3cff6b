"""What all commands have in common."""

from collections.abc import Iterator

import click
import pytest

from latprobe.cli.main import latprobe


def commands(
    group: click.Group, names: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))
        else:
            yield " ".join((*names, name)), command


COMMANDS = dict(commands(latprobe))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_json(name: str) -> None:
    assert "--json" in {option for it in COMMANDS[name].params for option in it.opts}
