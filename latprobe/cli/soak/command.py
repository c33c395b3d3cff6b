"""The command."""

import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click
import msgspec

from latprobe.cli.soak.live import LiveView
from latprobe.cli.soak.pace import with_pace
from latprobe.cli.soak.prepared import PreparedSoak, new_soak, soak_to_go_on
from latprobe.cli.soak.reading import report_of, verdicts_of
from latprobe.cli.soak.session import Seen, Session
from latprobe.comparator import exit_code_of
from latprobe.driver.soak.stress import KINDS, check_stress
from latprobe.errors import ScenarioError, SoakError
from latprobe.exit_code import ExitCode
from latprobe.feed.transport.stop import stop_on_signals
from latprobe.report.console import console_for
from latprobe.report.soak import print_soak
from latprobe.report.soak_json import soak_json
from latprobe.run.soak_document import SoakDocument, SoakSettings
from latprobe.scenario import load_scenario
from latprobe.soak.document import read_soak, write_soak
from latprobe.units import parse_duration


class Duration(click.ParamType[float]):
    """A length of time, in seconds."""

    name = "TIME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Reads it."""
        if isinstance(value, float):
            return value
        try:
            return parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("scenario", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--duration", type=Duration(), default=3600.0, help="How long, such as 24h. Default: 1h."
)
@click.option("--rate", help="Messages a second, such as 100k/s.")
@click.option("--speed", type=float, help="How many times as fast as it was recorded.")
@click.option(
    "--pattern", help="`burst RATE ON OFF`, such as `burst 1M/s 1ms 9ms`, or `poisson RATE`."
)
@click.option(
    "--feed",
    type=click.Path(exists=True, path_type=Path),
    help="Replay this feed, or those of this folder in turn, in the place of the scenario's own.",
)
@click.option(
    "--interval", type=Duration(), default=10.0, help="Length of an interval. Default: 10s."
)
@click.option(
    "--budget",
    "budgets",
    multiple=True,
    help="Hold the soak to this as well, such as 'heap slope < 1kB/h'; may be given again.",
)
@click.option(
    "--stress",
    multiple=True,
    type=click.Choice(KINDS),
    help="Make it hard on purpose: stop the target's process for 50 ms every 5 s, fill memory that "
    "is given out and comes back (MALLOC_PERTURB_), or put the machine under pressure by "
    "stress-ng; may be given again.",
)
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
@click.option("--cores", is_flag=True, help="Let the kernel keep a core of a target that crashes.")
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results/soaks"),
    show_default=True,
    help="Folder for the soak's own folder.",
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
    duration: float,
    rate: str | None,
    speed: float | None,
    pattern: str | None,
    feed: Path | None,
    interval: float,
    budgets: tuple[str, ...],
    stress: tuple[str, ...],
    metrics_port: int | None,
    metrics_address: str,
    cores: bool,
    results: Path,
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
        document = _judged(read_soak(report), report, budgets)
        _print(document, report, as_json=as_json)
        context.exit(_exit_code(document))
    with LiveView() as view, ExitStack() as stack:
        show = _shown(view, stack, metrics_port, metrics_address)
        if resume is not None:
            prepared = soak_to_go_on(resume, view.say)
        else:
            assert scenario is not None
            settings = _settings(duration, interval, stress, cores=cores)
            loaded = with_pace(load_scenario(scenario), rate, speed, pattern)
            if feed is not None:
                loaded = msgspec.structs.replace(loaded, feed=str(feed), digest={})
            wanted = (*loaded.soak.budgets, *budgets)
            prepared = new_soak(loaded, settings, wanted, results, view.say)
        document, ended_by = _run(prepared, view, show)
    path = prepared.folder.path
    _print(document, path, as_json=as_json)
    context.exit(ended_by or _exit_code(document))


def _settings(
    duration: float, interval: float, stress: tuple[str, ...], *, cores: bool
) -> SoakSettings:
    if not 0 < interval <= duration:
        raise ScenarioError("`--interval` is over 0, and no longer than `--duration`")
    check_stress(stress)
    return SoakSettings(duration, interval, stress=tuple(dict.fromkeys(stress)), cores=cores)


def _judged(document: SoakDocument, path: Path, more: tuple[str, ...]) -> SoakDocument:
    """With verdicts on what there is of it, which may be more than when it was last written."""
    wanted = (*document.budgets, *more)
    return msgspec.structs.replace(document, verdicts=verdicts_of(document, path, wanted))


def _shown(
    view: LiveView, stack: ExitStack, port: int | None, address: str
) -> Callable[[Seen], None]:
    """What is told of each interval: the view, and Prometheus where there is a port for it."""
    if port is None:
        return view.show
    try:
        from latprobe.cli.soak.metrics import serve_metrics  # noqa: PLC0415  # an extra
    except ImportError as error:
        words = "`--metrics-port` needs prometheus-client: pip install 'latprobe[prometheus]'"
        raise SoakError(words) from error
    metrics = stack.enter_context(serve_metrics(port, address))

    def show(seen: Seen) -> None:
        metrics.tell(seen)
        view.show(seen)

    return show


def _run(
    prepared: PreparedSoak, view: LiveView, show: Callable[[Seen], None]
) -> tuple[SoakDocument, int]:
    """Answers the document, and what a command ends with that was told to end; 0 otherwise."""
    view.say(f"soaking into {prepared.folder.path}")
    before = signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        with stop_on_signals() as stop:
            document = Session(prepared, stop, show, view.say).run()
            document = _judged(document, prepared.folder.path, ())
            write_soak(document, prepared.folder.path)
            asked = {"Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM}.get(stop.reason)
    finally:
        signal.signal(signal.SIGHUP, before)
    return document, 0 if asked is None else 128 + asked


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
