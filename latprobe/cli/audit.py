"""`latprobe audit`: which lines of a target's source allocate, in which stage, how often."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, get_args

import click

from latprobe.cli.auditing import audit_scenario
from latprobe.cli.memray_graph import capture_for
from latprobe.cli.results_option import WRITTEN, results_option
from latprobe.errors import RunError
from latprobe.exit_code import ExitCode
from latprobe.pipeline.progress import suite_progress
from latprobe.pipeline.suite import Overrides, exit_code, prepare
from latprobe.report.audit_changes import change_lines
from latprobe.report.audit_folded import WEIGHTS, Weight, flame_graph, folded_lines, speedscope
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

Format = Literal["table", "markdown", "json", "sarif", "folded", "speedscope"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)


@click.command()
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--feed",
    type=click.Path(path_type=Path),
    help="Replay this feed, or this recording, in the place of the scenario's own.",
)
@click.option("--messages", type=click.IntRange(min=1), help="Messages that count.")
@click.option(
    "--own",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A folder of the target's own sources: other code is a library's; repeat for more.  "
    "[default: by rules, see docs/AUDIT.md]",
)
@click.option("--by-kind", is_flag=True, help="A row for each message kind.")
@click.option(
    "--format",
    "wanted",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="folded and speedscope hold whole stacks, for flame graphs.",
)
@click.option("--json", "as_json", is_flag=True, help="As --format json.")
@click.option(
    "--of",
    "weight",
    type=click.Choice(WEIGHTS),
    default="allocations",
    show_default=True,
    help="What --format folded and --flame-graph count.",
)
@click.option(
    "--flame-graph",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw the stacks, into this SVG.",
)
@click.option(
    "--memray",
    "memray_graph",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Of a Python target, also write memray's own flame graph, as HTML.",
)
@click.option(
    "--against",
    metavar="RUN.json",
    type=click.Path(path_type=Path),
    help="Also say what is new and what has gone since this audit.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is asked for to this file.",
)
@results_option(WRITTEN)
@click.pass_context
def audit(
    context: click.Context,
    scenario: Path,
    feed: Path | None,
    messages: int | None,
    own: tuple[Path, ...],
    by_kind: bool,
    wanted: Format,
    as_json: bool,
    weight: Weight,
    picture: Path | None,
    memray_graph: Path | None,
    against: Path | None,
    output: Path | None,
    results: Path,
) -> None:
    """Say which lines of SCENARIO's target allocate, in which stage, how often.

    Reallocations, frees, locks and system calls count as well. Each is exact, and folded down to
    the target's own line: what libraries did for it is charged to it. A target built with line
    tables is named by file and line; any other by its nearest symbol.

    Ends as `latprobe run`, judged on the budgets of what is counted: with 1 where one is broken,
    such as `total: allocations == 0`.
    """
    wanted = "json" if as_json else wanted
    before = None if against is None else _audit_of(against)
    prepared = prepare(scenario, Overrides(feed, None, messages))
    target = prepared.scenario.target
    if memray_graph is not None and not target.is_python and target.asyncio is None:
        raise click.BadParameter("is of Python targets alone", param_hint="--memray")
    with suite_progress(1) as progress, capture_for(memray_graph) as capture:
        progress.start(prepared.scenario.name)
        run = audit_scenario(prepared, own, progress.notice, progress.update, capture)
    path = write_run(run, results)
    code = exit_code([run], disagree=False)
    changed = None
    if before is not None:
        changed = changes(audit_rows(before), audit_rows(run))
    if wanted == "table" and output is None:
        _print_table(run, changed, code, by_kind=by_kind)
    else:
        text = _text(run, path, changed, code, wanted, weight, by_kind=by_kind)
        if output is None:
            click.echo(text, nl=not text.endswith("\n"))
        else:
            write_whole(output, text.encode())
            click.echo(str(output))
    if picture is not None:
        write_whole(picture, flame_graph(run, weight).encode())
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
    wanted: Format,
    weight: Weight,
    *,
    by_kind: bool,
) -> str:
    match wanted:
        case "markdown" | "table":  # a table in a file is one that can be read there
            return audit_markdown(run, changed, by_kind=by_kind)
        case "json":
            return audit_json(run, path, changed, code, by_kind=by_kind)
        case "sarif":
            return audit_sarif(run)
        case "folded":
            return "\n".join(folded_lines(run, weight))
        case "speedscope":
            return speedscope(run)


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
