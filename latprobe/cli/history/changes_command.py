"""`latprobe history changes`: where figures changed their level, and between which commits."""

import click
import msgspec
from msgspec.structs import replace

from latprobe.cli.history.options import DATABASE, JSON, selects_series
from latprobe.cli.history.tables import print_changes
from latprobe.history.changes import AT_LEAST, LEAD, WATCHED, changes_of
from latprobe.history.database import open_history
from latprobe.history.selection import Selection
from latprobe.history.series import load_recent
from latprobe.report.console import console_for
from latprobe.units import parse_share


def _share(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(parse_share(text))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("changes")
@selects_series
@click.option(
    "--at-least",
    callback=_share,
    help="The smallest change to tell of.  "
    f"[default: {AT_LEAST:.0%}, and any of what is counted exactly]",
)
@DATABASE
@JSON
def changes_command(
    wanted: Selection, at_least: float | None, database: str, *, as_json: bool
) -> None:
    """Print where figures changed their level, the latest first, with the commits around it.

    Without --figure, those that are watched: mean, p50, p99, p99.9 and cost of each stage, response
    times, allocations, errors and simulated instructions. With --commit, changes that lie right
    before or after it.
    """
    # Judged by all runs: those of one commit have nothing before them that they differ from.
    wanted_series = replace(wanted, commit=None, figures=wanted.figures or WATCHED)
    with open_history(database) as engine:
        series = load_recent(engine, wanted_series, lead=LEAD)
    changes = changes_of(
        series, at_least=at_least, since_ms=wanted.since_ms, commit=wanted.commit or ""
    )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(changes)))
    elif changes:
        print_changes(changes, console_for())
    else:
        runs = max((len(it.runs) for it in series), default=0)
        click.echo(f"no change in {len(series):,} series of up to {runs:,} runs")
