"""`latprobe compare`: what changed from one run to another."""

from pathlib import Path
from typing import Final

import click

from latprobe.cli.comparison_reports import comparison_reports
from latprobe.cli.reports import format_options, write_reports
from latprobe.comparator import ExitCode, compare_sides, exit_code_of_comparison
from latprobe.comparator.explain import explain_comparison
from latprobe.errors import LatprobeError
from latprobe.pipeline.sides import run_of, side
from latprobe.report.comparison_table import print_comparison
from latprobe.report.console import console_for
from latprobe.run.change import Comparison
from latprobe.run.find import RUNS
from latprobe.units import parse_share

EXIT_LINES: Final = {
    ExitCode.PASS: "exit code 0: nothing is worse",
    ExitCode.FAIL: "exit code 1: a figure is worse",
    ExitCode.UNPROVEN: "exit code 3: of a figure that a gate hangs on it cannot be told, and "
    "nothing is worse",
}


@click.command()
@click.argument("base")
@click.argument("new")
@click.option(
    "--tolerance",
    default="2%",
    show_default=True,
    help="What a time may change by and still count as no change; counts may not change at all.",
)
@click.option(
    "--gate",
    "gates",
    multiple=True,
    metavar="FIGURE",
    help="Hang the exit code on this figure, such as 'parse[trade]: p99'; repeat for more.  "
    "[default: cost, p99 and allocations of the total, and what the scenario sets budgets on]",
)
@click.option(
    "--anyway",
    is_flag=True,
    help="Compare even what was measured on unlike machines, feeds or settings, or understood "
    "differently: each line then says so.",
)
@click.option("--explain", "explained", is_flag=True, help="Say where the change comes from.")
@click.option("--all", "everything", is_flag=True, help="A line for every figure.")
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=RUNS,
    show_default=True,
    help="Folder of the run documents that are named by id.",
)
@format_options
@click.pass_context
def compare(
    context: click.Context,
    base: str,
    new: str,
    tolerance: str,
    gates: tuple[str, ...],
    anyway: bool,
    explained: bool,
    everything: bool,
    results: Path,
    wanted: str,
    as_json: bool,
    reports: tuple[tuple[str, Path], ...],
) -> None:
    """Hold the run NEW against the run BASE, figure by figure.

    Each is the path of a run document, its id, or the beginning of its id, which stands for the
    newest; BASE may be a baseline as well.

    Ends with 0 where nothing is worse, 1 where a figure is, 2 where the two cannot be compared, and
    3 where nothing is worse, but of a figure that a gate hangs on it cannot be told.
    """
    try:
        part = float(parse_share(tolerance))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--tolerance") from error
    comparison = _compared(base, new, part, gates, results, anyway=anyway, explained=explained)
    code = exit_code_of_comparison(comparison)
    made = comparison_reports(comparison, EXIT_LINES[code], everything=everything)
    wanted = "json" if as_json else wanted
    if wanted == "table":
        print_comparison(comparison, EXIT_LINES[code], console_for(), everything=everything)
    else:
        click.echo(made[wanted](), nl=False)
    write_reports(reports, made)
    context.exit(code)


def _compared(
    base: str,
    new: str,
    tolerance: float,
    gates: tuple[str, ...],
    results: Path,
    *,
    anyway: bool,
    explained: bool,
) -> Comparison:
    after, after_run = side(new, "new", results, gates)
    before, before_run = side(base, "base", results, gates)
    if after_run is None:
        raise LatprobeError(f"{new}: is a baseline: name it first, and a run after it")
    comparison = compare_sides(before, after, tolerance=tolerance, anyway=anyway, gates=gates)
    if not explained:
        return comparison
    return explain_comparison(comparison, before_run or run_of(base, results), after_run)
