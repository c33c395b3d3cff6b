"""`latprobe baseline`: what later runs are held against, as files that git can hold."""

from importlib.metadata import version
from pathlib import Path

import click

from latprobe.cli.results_option import READ, results_option
from latprobe.comparator.key_figures import key_figures
from latprobe.pipeline.sides import observed_run, run_of
from latprobe.pipeline.suite import DEFAULT_BASELINES
from latprobe.report.baselines import baselines_json, print_baselines
from latprobe.report.console import console_for
from latprobe.run.baseline import all_baselines, baseline_of, write_baseline

_FOLDER = click.option(
    "--baselines",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_BASELINES,
    show_default=True,
    help="Folder of the baselines.",
)


@click.group()
def baseline() -> None:
    """Set and show what later runs are held against.

    Budgets such as `total: p99 < 105% of baseline` take the baseline of their scenario on this
    class of machines; what is counted exactly takes one of any.
    """


@baseline.command("set")
@click.argument("run")
@_FOLDER
@results_option(READ)
@click.option("--by-kind", is_flag=True, help="Keep the figures of each message kind as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def set_baseline(run: str, folder: Path, results: Path, by_kind: bool, as_json: bool) -> None:
    """Make RUN the baseline of its scenario on its class of machines.

    It keeps the figures of all kinds together, and those that the scenario sets budgets on.
    """
    document = run_of(run, results)
    side = observed_run(document, "baseline")
    made = baseline_of(side, version("latprobe"), by_kind=by_kind, named=key_figures(side))
    path = write_baseline(made, folder)
    click.echo(baselines_json([(path, made)]) if as_json else str(path))


@baseline.command("show")
@click.argument("scenario", required=False)
@_FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_baselines(scenario: str | None, folder: Path, as_json: bool) -> None:
    """Show the baselines that there are; of SCENARIO alone, with its figures."""
    found = [
        (path, it)
        for path, it in all_baselines(folder)
        if scenario in (None, it.observed.side.scenario)
    ]
    if as_json:
        click.echo(baselines_json(found))
    else:
        print_baselines(found, folder, console_for(), with_figures=scenario is not None)
