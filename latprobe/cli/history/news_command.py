"""`latprobe history news`: what is red, and what changed."""

import click
import msgspec
from rich.text import Text

from latprobe.cli.history.amounts import budget_text, commit_text
from latprobe.cli.history.options import DATABASE, JSON, Moment, now_ms
from latprobe.cli.history.tables import print_changes
from latprobe.history.database import open_history
from latprobe.history.news import News, news
from latprobe.history.run_row import utc
from latprobe.report.console import console_for
from latprobe.report.printable import printable


@click.command("news")
@click.option(
    "--since",
    type=Moment(),
    default="7d",
    show_default=True,
    metavar="WHEN",
    help="A date, or 30d for 30 days.",
)
@DATABASE
@JSON
def news_command(since: int, database: str, *, as_json: bool) -> None:
    """Say what is red in the latest run of each scenario, and what changed this week."""
    with open_history(database) as engine:
        found = news(engine, now_ms(), since_ms=since)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        _print(found, since)


def _print(found: News, since_ms: int) -> None:
    console = console_for()
    console.print(
        f"{found.runs:,} runs, {len(found.latest):,} series of runs measured since {utc(since_ms)}"
    )
    for red in found.red:
        run = red.run
        words = f"✘ {run.verdict}  {run.scenario}  {run.started}, {commit_text(run.commit)}"
        console.print(Text(printable(words), style="red"))
        for budget in red.budgets:
            console.print(Text(f"    {printable(budget_text(budget))}"))
    if not found.red:
        console.print(Text("✔ nothing is red", style="green"))
    if found.changes:
        print_changes(found.changes, console)
    else:
        console.print("nothing changed")
