"""`latprobe doctor`: how good the instrument is on this machine."""

from typing import get_args

import click

from latprobe.cli.examine import examine
from latprobe.exit_code import ExitCode
from latprobe.pipeline.progress_bar import progress_bar
from latprobe.report.console import console_for
from latprobe.report.doctor import examination_json, print_examination
from latprobe.scenario import ClockChoice


@click.command()
@click.option(
    "--clock",
    type=click.Choice(get_args(ClockChoice)),
    default="auto",
    show_default=True,
    help="Look through this clock, as `drive.clock` of a scenario.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(context: click.Context, clock: ClockChoice, as_json: bool) -> None:
    """Say how good the instrument is on this machine, and what would make it better.

    Ends with a table of truth: chains of known length, driven as any target is, and what was
    measured of them.

    Ends with 0 where the instrument is sound, and with 3 where it is not: where a finding is
    unsound, or a figure of the table of truth is off by more than is within reach, with certainty.
    """
    with progress_bar() as progress:
        task = progress.add_task("", total=1.0)
        examination = examine(
            clock, lambda words, part: progress.update(task, description=words, completed=part)
        )
    code = ExitCode.PASS if examination.is_sound else ExitCode.UNPROVEN
    if as_json:
        click.echo(examination_json(examination, code))
    else:
        print_examination(examination, code, console_for())
    context.exit(code)
