"""`latprobe explain`: where the change from one run to another comes from."""

from pathlib import Path

import click

from latprobe.cli.results_option import READ, results_option
from latprobe.comparator import compare_sides
from latprobe.comparator.explain import explain_comparison
from latprobe.pipeline.sides import observed_run, run_of
from latprobe.report.console import console_for
from latprobe.report.explanation import explanation_json, print_explanation


@click.command()
@click.argument("before")
@click.argument("after")
@click.option(
    "--anyway", is_flag=True, help="Explain even what was measured under unlike conditions."
)
@results_option(READ)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(before: str, after: str, anyway: bool, results: Path, as_json: bool) -> None:
    """Say what changed from the run BEFORE to the run AFTER: stage, kind, part of the distribution.

    A shift of all messages, a new group of them, or the tail alone is told apart by the histograms;
    what was counted beside the times, and how the platform stalled, is said with it.
    """
    old, new = run_of(before, results), run_of(after, results)
    comparison = compare_sides(observed_run(old, "base"), observed_run(new, "new"), anyway=anyway)
    comparison = explain_comparison(comparison, old, new)
    if as_json:
        click.echo(explanation_json(comparison))
    else:
        print_explanation(comparison, console_for())
