"""`latprobe plot`: run documents as a picture."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from latprobe.run.measured import TOTAL
from latprobe.run.store import read_whole_run

if TYPE_CHECKING:
    from latprobe.report.plot import Scale


@click.command()
@click.argument(
    "paths", metavar="RUN.json...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The picture: .svg, .png or .pdf.",
)
@click.option(
    "--stage", "stages", multiple=True, help="A stage or span; repeat for more.  [default: total]"
)
@click.option("--kind", "kinds", multiple=True, help="A message kind; repeat for more.")
@click.option(
    "--scale",
    type=click.Choice(["auto", "linear", "log"]),
    default="auto",
    show_default=True,
    help="Of the latency; auto is logarithmic where the tail would flatten the rest.",
)
@click.option(
    "--response/--no-response",
    default=None,
    help="Draw response times beside service times.  [default: where a run was paced]",
)
@click.option(
    "--memory",
    is_flag=True,
    help="Draw resident memory and bytes in use over messages instead, of runs that looked at it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the picture's path as JSON.")
def plot(
    paths: tuple[Path, ...],
    output: Path,
    stages: tuple[str, ...],
    kinds: tuple[str, ...],
    scale: "Scale",
    response: bool | None,
    memory: bool,
    as_json: bool,
) -> None:
    """Draw the latency percentiles that the runs RUN.json... found.

    There is a line for each run, stage and kind; with --memory, one for each fork that looked at
    memory.
    """
    # Here, since it takes half a second that no other command should have to wait.
    from latprobe.report.memory_plot import write_memory_plot  # noqa: PLC0415
    from latprobe.report.plot import write_plot  # noqa: PLC0415

    runs = [read_whole_run(path) for path in paths]
    if memory:
        write_memory_plot(runs, output)
    else:
        write_plot(
            runs,
            output,
            stages=stages or (TOTAL,),
            kinds=kinds or (None,),
            scale=scale,
            response=response,
        )
    click.echo(json.dumps({"path": str(output)}) if as_json else str(output))
