"""`latprobe compare`: what changed from one run to another."""

from pathlib import Path
from typing import Final

import click

from latprobe.cli.comparison_options import comparison_options, exit_lines, show_comparison
from latprobe.cli.results_option import READ, results_option
from latprobe.comparator import compare_sides, exit_code_of_comparison
from latprobe.comparator.explain import explain_comparison
from latprobe.errors import LatprobeError
from latprobe.pipeline.sides import run_of, side
from latprobe.run.calibration import known_floors
from latprobe.run.change import Comparison

EXIT_LINES: Final = exit_lines("nothing is worse", "a figure is worse")


@click.command()
@click.argument("base")
@click.argument("new")
@click.option(
    "--anyway",
    is_flag=True,
    help="Compare even what was measured on unlike machines, feeds or settings, or understood "
    "differently: each line then says so.",
)
@results_option(READ)
@comparison_options
@click.pass_context
def compare(
    context: click.Context,
    base: str,
    new: str,
    tolerance: float,
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
    comparison = _compared(base, new, tolerance, gates, results, anyway=anyway, explained=explained)
    code = exit_code_of_comparison(comparison)
    chosen = "json" if as_json else wanted
    show_comparison(comparison, EXIT_LINES[code], chosen, reports, everything=everything)
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
    comparison = compare_sides(
        before,
        after,
        tolerance=tolerance,
        anyway=anyway,
        gates=gates,
        floors=known_floors(after.side.machine, after.side.feed_sha256, after.side.family),
    )
    if not explained:
        return comparison
    return explain_comparison(comparison, before_run or run_of(base, results), after_run)
