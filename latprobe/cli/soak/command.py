"""The command."""

from contextlib import ExitStack
from pathlib import Path

import click
import msgspec

from latprobe.cli.soak.live import LiveView
from latprobe.cli.soak.options import NewSoak, says_what_is_soaked
from latprobe.cli.soak.pace import with_pace
from latprobe.cli.soak.prepared import PreparedSoak, new_soak, soak_to_go_on
from latprobe.cli.soak.reading import judged, report_of
from latprobe.cli.soak.running import run_soak, shown
from latprobe.comparator import exit_code_of
from latprobe.driver.soak.stress import check_stress
from latprobe.errors import ScenarioError
from latprobe.exit_code import ExitCode
from latprobe.pipeline.feeds import Notice
from latprobe.report.console import console_for
from latprobe.report.soak import print_soak
from latprobe.report.soak_json import soak_json
from latprobe.run.soak_document import SoakDocument, SoakSettings
from latprobe.scenario import load_scenario
from latprobe.soak.document import read_soak


@click.command()
@click.argument("scenario", required=False, type=click.Path(exists=True, path_type=Path))
@says_what_is_soaked
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65_535),
    help="Serve the figures of each interval to Prometheus; needs `latprobe[prometheus]`.",
)
@click.option(
    "--metrics-address",
    default="127.0.0.1",
    show_default=True,
    help="Where to serve them; anybody who can reach it can read them.",
)
@click.option(
    "--resume",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Go on with the soak in this folder, which was killed.",
)
@click.option(
    "--report",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Print the report of the soak in this folder, which may still run.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def soak(
    context: click.Context,
    scenario: Path | None,
    new: NewSoak,
    metrics_port: int | None,
    metrics_address: str,
    resume: Path | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Keep the target of SCENARIO under load, and see what only time shows.

    Histograms of each interval go to `latency.hlog`, which HdrHistogram's own tools read, and
    memory, allocations, processor time and the platform's stalls to `series.arrows`, an Arrow
    stream, in a folder of the soak's own. A kill at any moment loses no more than the interval in
    hand, and `--resume` goes on. Ctrl-C and SIGTERM end it with a report.

    Ends with 0 where every budget holds, 1 where one is broken, 2 on bad input, 3 where something
    is unproven and nothing broken, and 4 where the target crashed or hung.
    """
    if (scenario is not None) + (resume is not None) + (report is not None) != 1:
        raise click.UsageError("give a SCENARIO, or `--resume FOLDER`, or `--report FOLDER`")
    if report is not None:
        document = judged(read_soak(report), report, new.budgets)
        _print(document, report, as_json=as_json)
        context.exit(_exit_code(document))
    with LiveView() as view, ExitStack() as stack:
        show = shown(view, stack, metrics_port, metrics_address)
        prepared = _prepared(scenario, new, resume, view.say)
        path = prepared.folder.path
        document, ended_by = run_soak(prepared, view, show)
    _print(document, path, as_json=as_json)
    context.exit(ended_by or _exit_code(document))


def _prepared(
    scenario: Path | None, new: NewSoak, resume: Path | None, notice: Notice
) -> PreparedSoak:
    if resume is not None:
        return soak_to_go_on(resume, notice)
    assert scenario is not None
    settings = _settings(new)
    loaded = with_pace(load_scenario(scenario), new.rate, new.speed, new.pattern)
    if new.feed is not None:
        loaded = msgspec.structs.replace(loaded, feed=str(new.feed), digest={})
    wanted = (*loaded.soak.budgets, *new.budgets)
    return new_soak(loaded, settings, wanted, new.results, notice)


def _settings(new: NewSoak) -> SoakSettings:
    if not 0 < new.interval <= new.duration:
        raise ScenarioError("`--interval` is over 0, and no longer than `--duration`")
    check_stress(new.stress)
    stress = tuple(dict.fromkeys(new.stress))
    return SoakSettings(new.duration, new.interval, stress=stress, cores=new.cores)


def _print(document: SoakDocument, path: Path, *, as_json: bool) -> None:
    made = report_of(document, path)
    try:
        if as_json:
            click.echo(soak_json(made))
        else:
            print_soak(made, console_for())
            click.echo(f"\nin {path}")
    except OSError:
        pass  # nobody looks on any more; the report can be printed again from the folder


def _exit_code(document: SoakDocument) -> int:
    failure = document.failure
    if failure is not None:
        return ExitCode.USAGE if failure.reason == "refused" else ExitCode.CRASHED
    return exit_code_of(it.verdict for it in document.verdicts)
