"""`latprobe annotate`: a target's source lines by instructions and misses."""

import json
from pathlib import Path

import click
import msgspec

from latprobe.driver.drive import simulate_scenario
from latprobe.driver.plan import Step, volume_of
from latprobe.driver.simulation.annotate import annotation_of
from latprobe.driver.simulation.replays import NotSimulatedError
from latprobe.driver.steps import Progress
from latprobe.errors import ScenarioError
from latprobe.pipeline.events import simulation_of
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.pipeline.progress import suite_progress
from latprobe.pipeline.suite import Overrides, prepare
from latprobe.report.annotation import ordered, print_annotation
from latprobe.report.console import console_for
from latprobe.run.events import SIMULATED
from latprobe.scenario import Simulate


@click.command()
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--feed",
    type=click.Path(path_type=Path),
    help="Replay this feed, or this recording, in the place of the scenario's own.",
)
@click.option("--messages", type=click.IntRange(min=1), help="At most so many are simulated.")
@click.option("--top", type=click.IntRange(min=1), default=30, show_default=True, help="Lines.")
@click.option(
    "--by",
    type=click.Choice(SIMULATED),
    default="instructions",
    show_default=True,
    help="What lines are ordered by.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all lines as JSON.")
def annotate(
    scenario: Path, feed: Path | None, messages: int | None, top: int, by: str, as_json: bool
) -> None:
    """Show the source lines of SCENARIO's target by instructions and misses.

    They are simulated by callgrind, which has to be installed (valgrind), and repeat exactly. The
    target's library has to have line tables. Each line says in which stages it was executed.
    """
    prepared = prepare(scenario, Overrides(feed, None, messages))
    one, target = prepared.scenario, prepared.target
    wanted = one.simulate if isinstance(one.simulate, Simulate) else Simulate()
    simulation = simulation_of(wanted, target)
    if target.hops:
        raise ScenarioError(
            f"{scenario}: {target.name} works on threads of its own, of which callgrind runs one "
            "at a time: annotate a target that does all work itself"
        )
    with suite_progress(1) as progress:
        progress.start(one.name)
        ready = prepare_feed(one.feed, progress.notice)
        if target.protocol not in ("", ready.protocol):
            raise ScenarioError(f"{target.name} reads {target.protocol}, and the feed is another")
        volume = volume_of(one.drive, ready.messages)

        def report(done: int, of: int) -> None:
            progress.update(Progress(Step("simulation", 0), 0, 1, done, of))

        try:
            simulated = simulate_scenario(one, replayable(ready), volume, simulation, report)
        except NotSimulatedError as error:
            raise ScenarioError(f"{scenario}: {error}; {error.remedy}") from error
    annotation = annotation_of(simulated, target.stages, one.name, target.name)
    if as_json:
        lines = tuple(ordered(annotation.lines, by))
        plain = msgspec.to_builtins(msgspec.structs.replace(annotation, lines=lines))
        click.echo(json.dumps(plain, indent=1))
    else:
        print_annotation(annotation, console_for(), top=top, by=by)
