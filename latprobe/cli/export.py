"""`latprobe export`: a run document in the form of another tool."""

import json
from pathlib import Path

import click

from latprobe.cli.results_option import READ, results_option
from latprobe.errors import RunError
from latprobe.pipeline.sides import observed_run, run_of
from latprobe.report.pyperf import pyperf_json
from latprobe.report.whole_file import write_whole


@click.command()
@click.argument("run")
@click.option(
    "--format",
    type=click.Choice(["pyperf"]),
    required=True,
    expose_value=False,
    help="pyperf: JSON that `pyperf compare_to`, `pyperf hist` and `pyperf stats` read.",
)
@click.option("--by-kind", is_flag=True, help="Also the figures of each message kind.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, in the place of the screen.",
)
@results_option(READ)
@click.option("--json", "as_json", is_flag=True, help="With -o, print the file's path as JSON.")
def export(
    run: str,
    by_kind: bool,
    output: Path | None,
    results: Path,
    as_json: bool,
) -> None:
    """Write the run RUN as another tool reads it.

    Each figure that is timed becomes a benchmark, and each fork one value of it: forks are
    independent of each other, as pyperf's tests expect of values, and messages are not.
    """
    document = run_of(run, results)
    try:
        text = pyperf_json(document, observed_run(document, "run"), by_kind=by_kind)
    except ValueError as error:
        raise RunError(str(error)) from error
    if output is None:
        click.echo(text, nl=False)
    else:
        write_whole(output, text.encode())
        click.echo(json.dumps({"path": str(output)}) if as_json else str(output))
