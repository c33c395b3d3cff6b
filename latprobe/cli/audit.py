"""`latprobe audit`: which lines of a target's source allocate, in which stage, how often."""

from collections.abc import Sequence
from pathlib import Path

import click

from latprobe.cli.audit_options import AuditOptions, audit_options
from latprobe.cli.auditing import audit_scenario
from latprobe.cli.memray_graph import capture_for
from latprobe.cli.results_option import WRITTEN, results_option
from latprobe.errors import RunError
from latprobe.exit_code import ExitCode
from latprobe.pipeline.progress import suite_progress
from latprobe.pipeline.suite import Overrides, exit_code, prepare
from latprobe.report.audit_changes import change_lines
from latprobe.report.audit_folded import flame_graph, folded_lines, speedscope
from latprobe.report.audit_json import audit_json
from latprobe.report.audit_markdown import audit_markdown
from latprobe.report.audit_sarif import audit_sarif
from latprobe.report.console import console_for
from latprobe.report.summary import print_summary
from latprobe.report.table import print_run
from latprobe.report.trimmed import Trimmed
from latprobe.run.audit_change import ChangedPlace, changes
from latprobe.run.audited import audit_rows, call_sites_of
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run, write_run
from latprobe.run.whole_file import write_whole


@click.command()
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@audit_options
@results_option(WRITTEN)
@click.pass_context
def audit(
    context: click.Context,
    scenario: Path,
    asked: AuditOptions,
    results: Path,
) -> None:
    """Say which lines of SCENARIO's target allocate, in which stage, how often.

    Reallocations, frees, locks and system calls count as well. Each is exact, and folded down to
    the target's own line: what libraries did for it is charged to it. A target built with line
    tables is named by file and line; any other by its nearest symbol.

    Ends as `latprobe run`, judged on the budgets of what is counted: with 1 where one is broken,
    such as `total: allocations == 0`.
    """
    before = None if asked.against is None else _audit_of(asked.against)
    prepared = prepare(scenario, Overrides(asked.feed, None, asked.messages))
    target = prepared.scenario.target
    if asked.memray_graph is not None and not target.is_python and target.asyncio is None:
        raise click.BadParameter("is of Python targets alone", param_hint="--memray")
    with suite_progress(1) as progress, capture_for(asked.memray_graph) as capture:
        progress.start(prepared.scenario.name)
        run = audit_scenario(prepared, asked.own, progress.notice, progress.update, capture)
    path = write_run(run, results)
    code = exit_code([run], disagree=False)
    changed = None
    if before is not None:
        changed = changes(audit_rows(before), audit_rows(run))
    if asked.format == "table" and asked.output is None:
        _print_table(run, changed, code, by_kind=asked.by_kind)
    else:
        _write_text(_text(run, path, changed, code, asked), asked.output)
    if asked.picture is not None:
        write_whole(asked.picture, flame_graph(run, asked.weight).encode())
    context.exit(code)


def _audit_of(path: Path) -> RunDocument:
    run = read_run(path)
    if call_sites_of(run) is None:
        raise RunError(f"{path}: is no audit: `latprobe audit` writes one")
    return run


def _text(
    run: RunDocument,
    path: Path,
    changed: Sequence[ChangedPlace] | None,
    code: ExitCode,
    asked: AuditOptions,
) -> str:
    match asked.format:
        case "markdown" | "table":  # a table in a file is one that can be read there
            return audit_markdown(run, changed, by_kind=asked.by_kind)
        case "json":
            return audit_json(run, path, changed, code, by_kind=asked.by_kind)
        case "sarif":
            return audit_sarif(run)
        case "folded":
            return "\n".join(folded_lines(run, asked.weight))
        case "speedscope":
            return speedscope(run)


def _write_text(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_whole(output, text.encode())
        click.echo(str(output))


def _print_table(
    run: RunDocument,
    changed: Sequence[ChangedPlace] | None,
    code: ExitCode,
    *,
    by_kind: bool,
) -> None:
    console = console_for()
    print_run(run, console, by_kind=by_kind)
    for line in change_lines(changed) if changed is not None else ():
        console.print(Trimmed(line))
    print_summary([run], [], code, console)
