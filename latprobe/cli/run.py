"""`latprobe run`: scenarios in, tables, verdicts, documents and an exit code out."""

from pathlib import Path

import click

from latprobe.cli.reports import format_options, run_reports, write_reports
from latprobe.cli.results_option import WRITTEN, results_option
from latprobe.comparator import disagreements
from latprobe.errors import ScenarioError
from latprobe.pipeline.progress import suite_progress
from latprobe.pipeline.suite import DEFAULT_BASELINES, Overrides, exit_code, prepare, run_scenario
from latprobe.report.console import console_for
from latprobe.report.family import print_families
from latprobe.report.summary import print_summary
from latprobe.report.table import print_run
from latprobe.report.tail import print_tail
from latprobe.run.model import RunDocument
from latprobe.run.store import write_run
from latprobe.scenario import find_scenarios


@click.command()
@click.argument("scenarios", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--feed",
    type=click.Path(path_type=Path),
    help="Replay this feed, or this recording, in the place of each scenario's own; scenarios "
    "whose target reads another protocol are left out.",
)
@click.option("--forks", type=click.IntRange(min=1), help="Fresh processes for each figure.")
@click.option("--messages", type=click.IntRange(min=1), help="Messages that count in each fork.")
@click.option("--by-kind", is_flag=True, help="Split every row by message kind.")
@click.option(
    "--replay-tail",
    is_flag=True,
    help="Run the slowest messages again, to tell those that are slow by nature from those that "
    "were slow by chance.",
)
@click.option(
    "--simulate",
    is_flag=True,
    help="Simulate instructions, cache and branch misses with callgrind: figures that repeat "
    "exactly.",
)
@click.option(
    "--memory",
    is_flag=True,
    help="Look at memory over time: resident, in use, page faults and huge pages.",
)
@results_option(WRITTEN)
@click.option(
    "--baselines",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_BASELINES,
    show_default=True,
    help="Folder of the baselines that budgets such as `p99 < 105% of baseline` are held against.",
)
@format_options
@click.pass_context
def run(
    context: click.Context,
    scenarios: tuple[Path, ...],
    feed: Path | None,
    forks: int | None,
    messages: int | None,
    by_kind: bool,
    replay_tail: bool,
    simulate: bool,
    memory: bool,
    results: Path,
    baselines: Path,
    wanted: str,
    as_json: bool,
    reports: tuple[tuple[str, Path], ...],
) -> None:
    """Measure SCENARIOS: TOML files, or folders of them.

    Ends with 0 where every budget holds, 1 where one is broken or two targets of a family disagree
    about a feed, 2 on bad input, 3 where something is unproven and nothing broken, and 4 where a
    target crashed or hung.
    """
    wanted = "json" if as_json else wanted
    console = console_for(quiet=wanted != "table")
    overrides = Overrides(feed, forks, messages, simulate, memory, baselines)
    files = find_scenarios(list(scenarios))
    prepared = [prepare(path, overrides) for path in files]
    _check_names([it.scenario.name for it in prepared])
    runs: list[RunDocument] = []
    paths: list[Path] = []
    with suite_progress(len(prepared)) as progress:
        for one in prepared:
            progress.start(one.scenario.name)
            document = run_scenario(one, progress.notice, progress.update, replay_tail=replay_tail)
            if document is None:
                progress.notice(f"{one.scenario.name} reads another protocol: left out")
                continue
            paths.append(write_run(document, results))
            runs.append(document)
            with progress.aside():
                print_run(document, console, by_kind=by_kind)
                if replay_tail:
                    print_tail(document, console, with_bytes=False)
    if not runs:
        raise ScenarioError(f"no scenario reads the protocol of {feed}")
    found = disagreements(runs)
    code = exit_code(runs, disagree=bool(found))
    named = {it.scenario.name: str(path) for it, path in zip(prepared, files, strict=True)}
    made = run_reports(runs, paths, found, code, named)
    if wanted == "table":
        print_families(runs, found, console, by_kind=by_kind)
        print_summary(runs, found, code, console)
    else:
        click.echo(made[wanted](), nl=False)
    write_reports(reports, made)
    context.exit(code)


def _check_names(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ScenarioError(f"two scenarios are called '{twice[0]}': give each its own name")
