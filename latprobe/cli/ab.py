"""`latprobe ab`: two targets in one session, in pairs of forks, until the question is decided."""

import secrets
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click

from latprobe.cli.ab_progress import PairProgress, pair_progress
from latprobe.cli.ab_session import Session, Wanted, run_session
from latprobe.cli.comparison_options import comparison_options, exit_lines, show_comparison
from latprobe.cli.contender import check_alike, named
from latprobe.cli.paired_runs import Sides
from latprobe.cli.results_option import results_option
from latprobe.cli.revision import built
from latprobe.comparator import exit_code_of_comparison, exit_code_of_failure
from latprobe.comparator.explain import explain_comparison
from latprobe.exit_code import ExitCode
from latprobe.pipeline.suite import Overrides, prepare
from latprobe.report.failure import failure_text
from latprobe.run.store import write_run

EXIT_LINES: Final = exit_lines("b is not worse", "b is worse")


@click.command("ab")
@click.argument("scenarios", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--a", "one", metavar="LIB[:TARGET]", help="The first side's library and target.")
@click.option(
    "--b",
    "other",
    metavar="LIB[:TARGET]",
    help="The second side's. Both may be git:REV[:TARGET] as well, to be built.",
)
@click.option("--build", default="", help="How a git:REV is built; run without a shell.")
@click.option("--library", type=click.Path(path_type=Path), help="What that builds, in the tree.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=1.0),
    default=30.0,
    show_default=True,
    help="The longest that it measures; it ends earlier where the question is decided.",
)
@click.option("--pairs", type=click.IntRange(min=1), help="At most so many pairs of forks.")
@click.option("--seed", type=click.IntRange(min=0), help="Draw the order in each pair from this.")
@click.option("--feed", type=click.Path(path_type=Path), help="Replay this feed or recording.")
@click.option("--anyway", is_flag=True, help="Go on with targets that understood another thing.")
@results_option("Folder for the run documents of both sides.")
@comparison_options
@click.pass_context
def ab(
    context: click.Context,
    scenarios: tuple[Path, ...],
    one: str | None,
    other: str | None,
    build: str,
    library: Path | None,
    seconds: float,
    pairs: int | None,
    tolerance: float,
    gates: tuple[str, ...],
    seed: int | None,
    feed: Path | None,
    anyway: bool,
    explained: bool,
    everything: bool,
    results: Path,
    wanted: str,
    as_json: bool,
    reports: tuple[tuple[str, Path], ...],
) -> None:
    """Hold two targets against each other in one session: is b worse than a?

    SCENARIOS is one scenario, with --a and --b in the place of its library, or two scenarios over
    the same feed. Forks of both replay in turns on one CPU, pair after pair, until every figure
    that a gate hangs on is decided or the time is over.

    Ends with 0 where b is not worse, 1 where a figure is, 2 on bad input, 3 where nothing is worse,
    but of a figure that a gate hangs on it cannot be told, and 4 where a target crashed or hung.
    """
    with pair_progress() as progress, ExitStack() as trees:
        sides = _sides(scenarios, (one, other), build, library, feed, progress, trees)
        drawn = secrets.randbits(32) if seed is None else seed
        asked = Wanted(seconds, pairs, drawn, tolerance, gates, anyway)
        session = run_session(sides, asked, progress.notice, progress.update)
    for run in session.runs:
        write_run(run, results)
    comparison = (
        explain_comparison(session.comparison, *session.runs) if explained else session.comparison
    )
    code = _code(session)
    chosen = "json" if as_json else wanted
    show_comparison(comparison, EXIT_LINES[code], chosen, reports, everything=everything)
    context.exit(code)


def _sides(
    scenarios: tuple[Path, ...],
    names: tuple[str | None, str | None],
    build: str,
    library: Path | None,
    feed: Path | None,
    progress: PairProgress,
    trees: ExitStack,
) -> Sides:
    if len(scenarios) > len(names):
        raise click.UsageError("an A/B has two sides: one scenario with --a and --b, or two")
    if len(scenarios) == 1 and names == (None, None):
        raise click.UsageError("one scenario needs --a or --b, or both: what it is held against")
    found = []
    for path, text in zip((scenarios[0], scenarios[-1]), names, strict=True):
        found.append(prepare(path, _overrides(text, build, library, feed, progress, trees)))
    check_alike(*found)
    return found[0], found[1]


def _overrides(
    text: str | None,
    build: str,
    library: Path | None,
    feed: Path | None,
    progress: PairProgress,
    trees: ExitStack,
) -> Overrides:
    """What `--a` or `--b` puts in the place of the scenario's target."""
    if text is None:
        return Overrides(feed)
    what = named(text)
    if what.revision is None:
        return Overrides(feed, library=what.library, target=what.target)
    if library is None:
        raise click.UsageError("--library is missing: what the build of a git:REV builds")
    made = trees.enter_context(built(what.revision, build, library, progress.notice))
    return Overrides(feed, library=made.library, target=what.target, revision=made.commit)


def _code(session: Session) -> ExitCode:
    failure = session.failure
    if failure is None or failure.failure is None:
        return exit_code_of_comparison(session.comparison)
    click.echo(f"latprobe: {failure_text(failure, failure.failure)}", err=True)
    return exit_code_of_failure(failure.failure)
