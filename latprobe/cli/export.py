"""`latprobe export`: run documents in the form of another tool."""

import json
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import click

from latprobe.cli.results_option import READ, results_option
from latprobe.errors import LatprobeError, RunError
from latprobe.pipeline.sides import observed_run, run_of
from latprobe.report.metrics.of_runs import metrics_of
from latprobe.report.metrics.openmetrics import openmetrics
from latprobe.report.pyperf import pyperf_json
from latprobe.run.find import find_run
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run
from latprobe.run.whole_file import write_whole


@click.command()
@click.argument("references", metavar="RUN...", nargs=-1, required=True)
@click.option(
    "--format",
    "wanted",
    type=click.Choice(["pyperf", "openmetrics", "otlp"]),
    required=True,
    help="pyperf: JSON of one run that `pyperf compare_to`, `hist` and `stats` read. openmetrics: "
    "text that Prometheus scrapes or its textfile collector reads. otlp: sent to an OpenTelemetry "
    "collector.",
)
@click.option("--by-kind", is_flag=True, help="Also the figures of each message kind.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, in the place of the screen.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="Where otlp sends to, such as http://127.0.0.1:4318/v1/metrics.",
)
@results_option(READ)
@click.option("--json", "as_json", is_flag=True, help="With -o, print the file's path as JSON.")
def export(
    references: tuple[str, ...],
    wanted: Literal["pyperf", "openmetrics", "otlp"],
    by_kind: bool,
    output: Path | None,
    endpoint: str | None,
    results: Path,
    as_json: bool,
) -> None:
    """Write the runs RUN... as another tool reads them.

    For pyperf each figure that is timed becomes a benchmark, and each fork one value of it: forks
    are independent of each other, as pyperf's tests expect of values, and messages are not.

    As metrics, figures are gauges and latencies histograms, with labels for scenario, target,
    stage and kind; of each scenario and target there can be one run.
    """
    if (endpoint is not None) != (wanted == "otlp"):
        raise click.UsageError("--endpoint belongs to --format otlp, which needs one")
    if wanted == "otlp" and output is not None:
        raise click.UsageError("--format otlp sends to an --endpoint, and writes no file")
    if wanted == "pyperf":
        text = _pyperf(references, results, by_kind=by_kind)
    else:
        runs = [read_run(find_run(it, results)) for it in references]
        if endpoint is not None:
            _send(runs, endpoint, by_kind=by_kind)
            click.echo(json.dumps({"endpoint": endpoint}) if as_json else f"sent to {endpoint}")
            return
        text = openmetrics(metrics_of(runs, by_kind=by_kind))
    if output is None:
        click.echo(text, nl=False)
    else:
        write_whole(output, text.encode())
        click.echo(json.dumps({"path": str(output)}) if as_json else str(output))


def _pyperf(references: Sequence[str], results: Path, *, by_kind: bool) -> str:
    if len(references) > 1:
        raise click.UsageError("a file of pyperf's is of one run: name one")
    document = run_of(references[0], results)
    try:
        return pyperf_json(document, observed_run(document, "run"), by_kind=by_kind)
    except ValueError as error:
        raise RunError(str(error)) from error


def _send(runs: Sequence[RunDocument], endpoint: str, *, by_kind: bool) -> None:
    try:
        # Here, since it is not for every user.
        from latprobe.report.metrics.otlp import send  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise LatprobeError(
            f"{error.name} is not installed: pip install 'latprobe[opentelemetry]'"
        ) from error
    metrics = metrics_of(runs, by_kind=by_kind)
    send(metrics, endpoint, time.time_ns(), version("latprobe"))
