"""`latprobe ab`: two targets in one session, in pairs of forks, until the question is decided."""

import secrets
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click

from latprobe.cli.ab_progress import PairProgress
from latprobe.cli.ab_session import Session, Wanted, run_session
from latprobe.cli.comparison_reports import comparison_reports
from latprobe.cli.contender import check_alike, contender, named
from latprobe.cli.paired_runs import Sides
from latprobe.cli.reports import format_options, write_reports
from latprobe.cli.revision import built
from latprobe.comparator import ExitCode, exit_code_of_comparison
from latprobe.comparator.explain import explain_comparison
from latprobe.pipeline.suite import Overrides
from latprobe.report.comparison_table import print_comparison
from latprobe.report.console import console_for
from latprobe.report.failure import failure_text
from latprobe.run.find import RUNS
from latprobe.run.store import write_run
from latprobe.units import parse_share

EXIT_LINES: Final = {
    ExitCode.PASS: "exit code 0: b is not worse",
    ExitCode.FAIL: "exit code 1: b is worse",
    ExitCode.UNPROVEN: "exit code 3: of a figure that a gate hangs on it cannot be told, and "
    "nothing is worse",
    ExitCode.CRASHED: "exit code 4: a target crashed or hung",
}


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
@click.option("--seed", type=click.IntRange(min=0), help="Draw the order in each pair from this.")
@click.option("--feed", type=click.Path(path_type=Path), help="Replay this feed or recording.")
@click.option("--anyway", is_flag=True, help="Go on with targets that understood another thing.")
@click.option("--explain", "explained", is_flag=True, help="Say where the change comes from.")
@click.option("--all", "everything", is_flag=True, help="A line for every figure.")
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=RUNS,
    show_default=True,
    help="Folder for the run documents of both sides.",
)
@format_options
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
    tolerance: str,
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
    part = _share(tolerance)
    with PairProgress() as progress, ExitStack() as trees:
        sides = _sides(scenarios, (one, other), build, library, feed, progress, trees)
        drawn = secrets.randbits(32) if seed is None else seed
        asked = Wanted(seconds, pairs, drawn, part, gates, anyway)
        session = run_session(sides, asked, progress.notice, progress.update)
    for run in session.runs:
        write_run(run, results)
    comparison = (
        explain_comparison(session.comparison, *session.runs) if explained else session.comparison
    )
    code = _code(session)
    made = comparison_reports(comparison, EXIT_LINES[code], everything=everything)
    chosen = "json" if as_json else wanted
    if chosen == "table":
        print_comparison(comparison, EXIT_LINES[code], console_for(), everything=everything)
    else:
        click.echo(made[chosen](), nl=False)
    write_reports(reports, made)
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
        own, target = None, None
        if text is not None:
            what = named(text)
            own, target = what.library, what.target
            if what.revision is not None:
                if library is None:
                    raise click.UsageError(
                        "--library is missing: what the build of a git:REV builds"
                    )
                own = trees.enter_context(built(what.revision, build, library, progress.notice))
        found.append(contender(path, own, target, Overrides(feed)))
    check_alike(*found)
    return found[0], found[1]


def _share(text: str) -> float:
    try:
        return float(parse_share(text))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--tolerance") from error


def _code(session: Session) -> ExitCode:
    failure = session.failure
    if failure is None or failure.failure is None:
        return exit_code_of_comparison(session.comparison)
    click.echo(f"latprobe: {failure_text(failure, failure.failure)}", err=True)
    return ExitCode.USAGE if failure.failure.reason == "refused" else ExitCode.CRASHED
