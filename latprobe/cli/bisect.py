"""`latprobe bisect`: the commit that made a figure worse."""

from contextlib import ExitStack
from pathlib import Path

import click
import msgspec

from latprobe.bisect.bisection import Bisection, Commit, Trial
from latprobe.bisect.repository import check_range, commit_of, suspects
from latprobe.bisect.search import Outcome, search
from latprobe.cli.ab_progress import pair_progress
from latprobe.cli.bisect_builds import Builds
from latprobe.cli.bisect_judge import Judge, Question, ask
from latprobe.cli.bisect_measure import Bench
from latprobe.cli.bisect_options import BisectOptions, bisect_options
from latprobe.cli.bisect_text import amount_words, bisection_lines
from latprobe.exit_code import ExitCode
from latprobe.scenario import load_scenario


@click.command("bisect")
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@bisect_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def bisect(
    context: click.Context,
    scenario: Path,
    asked: BisectOptions,
    as_json: bool,
) -> None:
    """Find the commit that made a figure of SCENARIO worse, in the repository of this folder.

    Commits between --good and --bad are built in trees of their own and held against --good: by A/B
    in pairs of forks, or where the figure is counted exactly (allocations, bytes, errors,
    instructions by simulation) by one run. A commit is bad where it is nearer to --bad. One that
    cannot be built, run or decided is skipped.

    Ends with 0 where it was found, and with 3 where commits that were skipped leave it open, or the
    two ends cannot be told apart.
    """
    first, last = commit_of(asked.good), commit_of(asked.bad)
    check_range(first, last)
    with pair_progress() as progress, ExitStack() as trees:
        wanted = (asked.seconds, asked.tolerance, asked.anyway)
        bench = Bench(scenario, *wanted, progress.notice, progress.update)
        builds = Builds(asked.build, asked.library, trees, progress.notice)
        libraries = builds.of(first), builds.of(last)
        question = ask(bench, asked.figure, *libraries, asked.tries)
        if question is None:
            what = asked.figure or "the usual figures"
            click.echo(
                f"latprobe: {what}: {asked.tries} A/Bs of both ends do not tell them apart well "
                "enough",
                err=True,
            )
            context.exit(ExitCode.UNPROVEN)
        judge = Judge(bench, builds, question, asked.tries).judge
        outcome = search(first.sha, last.sha, suspects, judge)
    name = load_scenario(scenario).name
    found = _bisection(name, question, first, last, outcome, builds.count)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        click.echo("\n".join(bisection_lines(found)))
    context.exit(ExitCode.PASS if len(found.first_bad) == 1 else ExitCode.UNPROVEN)


def _bisection(
    scenario: str, question: Question, good: Commit, bad: Commit, outcome: Outcome, builds: int
) -> Bisection:
    ends = Trial(bad, "bad", amount_words(question.unit, question.bad), question.bad)
    trials = (ends, *outcome.trials)
    amounts = {it.commit.sha: it.amount for it in trials}
    return Bisection(
        scenario=scenario,
        figure=question.figure,
        unit=question.unit,
        exact=question.exact,
        good=good,
        bad=bad,
        first_bad=tuple(commit_of(it) for it in outcome.first_bad),
        amount=amounts[outcome.first_bad[-1]],
        trials=trials,
        builds=builds,
    )
