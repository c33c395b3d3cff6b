"""`latprobe tail`: the slowest messages of a run."""

from pathlib import Path

import click

from latprobe.errors import RunError
from latprobe.report.console import console_for
from latprobe.report.tail import print_tail
from latprobe.report.tail_json import tail_json
from latprobe.run.matched import MatchPass
from latprobe.run.model import LatencyPass
from latprobe.run.store import read_whole_run


@click.command()
@click.argument("path", metavar="RUN.json", type=click.Path(path_type=Path))
@click.option(
    "--fork",
    type=click.IntRange(min=0),
    help="Only this latency pass, or pair of recordings, from 0.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def tail(path: Path, fork: int | None, as_json: bool) -> None:
    """Show the slowest messages of the run RUN.json.

    Each with its number, its time in the feed, its kind, the time of each stage, its first bytes,
    and the platform's stall at the same time, if there was one.
    """
    run = read_whole_run(path)
    passes = [it.index for it in run.forks if isinstance(it.result, LatencyPass | MatchPass)]
    if fork is not None and fork not in passes:
        known = ", ".join(map(str, passes)) or "none"
        raise RunError(f"{path}: there is no latency pass {fork} that came to its end: {known} did")
    if as_json:
        click.echo(tail_json(run, fork))
    else:
        print_tail(run, console_for(), fork=fork)
