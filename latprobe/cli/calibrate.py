"""`latprobe calibrate`: the smallest change that this machine can see."""

import secrets
from pathlib import Path
from typing import Final

import click
import msgspec

from latprobe.cli.ab_progress import pair_progress
from latprobe.cli.ab_session import Wanted, run_session
from latprobe.cli.contender import check_alike
from latprobe.comparator import exit_code_of_failure
from latprobe.comparator.floors import POWER, floors_of
from latprobe.errors import RunError
from latprobe.pipeline.suite import Overrides, prepare
from latprobe.report.calibration import print_calibration
from latprobe.report.console import console_for
from latprobe.report.failure import failure_text
from latprobe.run.calibration import Calibration, keep_calibration

_SESSION_SECONDS: Final = 30.0
"""What `latprobe ab` takes by itself."""


@click.command()
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--seconds",
    type=click.FloatRange(min=1.0),
    default=30.0,
    show_default=True,
    help="How long the target is held against itself.",
)
@click.option("--feed", type=click.Path(path_type=Path), help="Replay this feed or recording.")
@click.option("--seed", type=click.IntRange(min=0), help="Draw the order in each pair from this.")
@click.option("--all", "everything", is_flag=True, help="A line for every kind's figures as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def calibrate(
    context: click.Context,
    scenario: Path,
    seconds: float,
    feed: Path | None,
    seed: int | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Hold SCENARIO's target against itself: how small a change can this machine see?

    What is found is kept for this class of machine, this feed and this family of
    targets, and `latprobe ab` says where a
    tolerance is smaller; `latprobe compare` and budgets on a baseline prove nothing below it. Ends
    with 2 where the target refused its scenario, and with 4 where it crashed or hung.
    """
    side = prepare(scenario, Overrides(feed))
    check_alike(side, side)
    drawn = secrets.randbits(32) if seed is None else seed
    asked = Wanted(seconds, None, drawn, 0.0, looks=(1.0,))
    with pair_progress() as progress:
        session = run_session((side, side), asked, progress.notice, progress.update)
    failed = session.failure
    if failed is not None and failed.failure is not None:
        click.echo(f"latprobe: {failure_text(failed, failed.failure)}", err=True)
        context.exit(exit_code_of_failure(failed.failure))
    comparison = session.comparison
    pairs = 0 if comparison.pairing is None else comparison.pairing.pairs
    if pairs == 0:
        raise RunError(f"no pair of forks fits into {seconds:g} s: give it more (`--seconds`)")
    session_pairs = max(1, round(pairs * _SESSION_SECONDS / comparison.seconds))
    found = Calibration(
        machine=comparison.after.machine,
        scenario=comparison.after.scenario,
        target=comparison.after.target,
        family=comparison.after.family,
        feed_sha256=comparison.after.feed_sha256,
        started=comparison.after.started,
        pairs=pairs,
        seconds=comparison.seconds,
        session_s=_SESSION_SECONDS,
        session_pairs=session_pairs,
        power=POWER,
        floors=floors_of(session.figures, session_pairs),
    )
    path = keep_calibration(found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        print_calibration(found, str(path), console_for(), everything=everything)
