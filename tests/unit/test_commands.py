"""Commands are found where they are said to be, and only the one that is called is imported."""

import subprocess
import sys

import click
import pytest

from latprobe.cli.feed import feed
from latprobe.cli.main import latprobe


@pytest.mark.parametrize("group", [latprobe, feed], ids=["latprobe", "feed"])
def test_each_command_is_there_under_its_name_with_a_line_of_help(group: click.Group) -> None:
    context = click.Context(group)
    names = group.list_commands(context)
    assert len(names) == len(set(names)) >= 9
    for name in names:
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str()


def test_no_other_command_is_found() -> None:
    assert latprobe.get_command(click.Context(latprobe), "rum") is None


def test_a_command_that_only_shows_does_not_wait_for_what_reads_feeds() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from latprobe.cli.main import latprobe; "
        "assert CliRunner().invoke(latprobe, ['show', '--help']).exit_code == 0; "
        "sys.exit('pyarrow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
