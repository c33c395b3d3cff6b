"""`latprobe history changes`: where figures changed their level, and between which commits."""

import click
import msgspec

from latprobe.cli.history.options import DATABASE, JSON, selection, selects_runs, selects_series
from latprobe.cli.history.tables import print_changes
from latprobe.history.changes import AT_LEAST, LEAD, WATCHED, changes_of
from latprobe.history.database import open_history
from latprobe.history.series import load_recent
from latprobe.report.console import console_for
from latprobe.units import parse_share


def _share(_context: click.Context, _option: click.Parameter, text: str) -> float:
    try:
        return float(parse_share(text))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("changes")
@selects_runs
@selects_series
@click.option(
    "--at-least",
    default=f"{AT_LEAST:.0%}",
    show_default=True,
    callback=_share,
    help="The smallest change to tell of.",
)
@DATABASE
@JSON
def changes_command(
    scenario: str | None,
    branch: str | None,
    machine: str | None,
    commit: str | None,
    since: int | None,
    stages: tuple[str, ...],
    figures: tuple[str, ...],
    kind: str,
    at_least: float,
    database: str,
    *,
    as_json: bool,
) -> None:
    """Print where figures changed their level, the latest first, with the commits around it.

    Without --figure, those that are watched: mean, p50, p99, p99.9 and cost of each stage, response
    times, allocations, errors and simulated instructions.
    """
    figures = figures or WATCHED
    wanted = selection(scenario, branch, machine, commit, since, stages, figures, kind)
    with open_history(database) as engine:
        series = load_recent(engine, wanted, lead=LEAD)
    changes = changes_of(series, at_least=at_least, since_ms=since)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(changes)))
    elif changes:
        print_changes(changes, console_for())
    else:
        runs = max((len(it.runs) for it in series), default=0)
        click.echo(f"no change in {len(series):,} series of up to {runs:,} runs")
