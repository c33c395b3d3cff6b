"""`latprobe run`: scenarios in, tables, verdicts, documents and an exit code out."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from latprobe.cli.reports import format_options, run_reports, write_reports
from latprobe.cli.run_options import RunOptions, run_options
from latprobe.comparator import disagreements
from latprobe.errors import ScenarioError
from latprobe.pipeline.progress import suite_progress
from latprobe.pipeline.suite import Prepared, exit_code, prepare, run_scenario
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
@run_options
@format_options
@click.pass_context
def run(
    context: click.Context,
    scenarios: tuple[Path, ...],
    asked: RunOptions,
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
    files = find_scenarios(list(scenarios))
    prepared = [prepare(path, asked.overrides) for path in files]
    _check_names([it.scenario.name for it in prepared])
    runs, paths = _measured(prepared, asked, console)
    found = disagreements(runs)
    code = exit_code(runs, disagree=bool(found))
    named = {it.scenario.name: str(path) for it, path in zip(prepared, files, strict=True)}
    made = run_reports(runs, paths, found, code, named)
    if wanted == "table":
        print_families(runs, found, console, by_kind=asked.by_kind)
        print_summary(runs, found, code, console)
    else:
        click.echo(made[wanted](), nl=False)
    write_reports(reports, made)
    context.exit(code)


def _measured(
    prepared: Sequence[Prepared], asked: RunOptions, console: Console
) -> tuple[list[RunDocument], list[Path]]:
    """Runs each scenario, prints it and writes its document; answers them, and where they are.

    Raises:
        ScenarioError: where every target reads another protocol than the feed's.
    """
    runs: list[RunDocument] = []
    paths: list[Path] = []
    with suite_progress(len(prepared)) as progress:
        for one in prepared:
            progress.start(one.scenario.name)
            document = run_scenario(
                one, progress.notice, progress.update, replay_tail=asked.replay_tail
            )
            if document is None:
                progress.notice(f"{one.scenario.name} reads another protocol: left out")
                continue
            paths.append(write_run(document, asked.results))
            runs.append(document)
            with progress.aside():
                print_run(document, console, by_kind=asked.by_kind)
                if asked.replay_tail:
                    print_tail(document, console, with_bytes=False)
    if not runs:
        raise ScenarioError(f"no scenario reads the protocol of {asked.feed}")
    return runs, paths


def _check_names(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ScenarioError(f"two scenarios are called '{twice[0]}': give each its own name")
