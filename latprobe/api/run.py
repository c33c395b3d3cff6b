"""`latprobe.run`: a scenario run from Python."""

from pathlib import Path

from latprobe.api.result import Result
from latprobe.errors import ScenarioError
from latprobe.pipeline.progress import suite_progress
from latprobe.pipeline.suite import DEFAULT_BASELINES, Overrides, prepare, run_scenario


def run(
    scenario: str | Path,
    *,
    feed: str | Path | None = None,
    forks: int | None = None,
    messages: int | None = None,
    simulate: bool = False,
    replay_tail: bool = False,
    baselines: str | Path = DEFAULT_BASELINES,
) -> Result:
    """Runs a scenario as `latprobe run` does, and answers what came of it.

    Nothing is written; `Result.save` does that. A target that crashes is no error: it is among
    the result's `failures`.

    Args:
        scenario: A TOML file.
        feed: Another feed, or recording, than the scenario's.
        forks: Fresh processes for each figure.
        messages: Messages that count in each fork.
        simulate: Whether instructions, caches and branches are simulated.
        replay_tail: Whether the slowest messages are run again.
        baselines: Folder of the baselines that budgets are held against.

    Raises:
        LatprobeError: what is wrong with the scenario, the feed or the target, and what to do.
    """
    overrides = Overrides(
        None if feed is None else Path(feed),
        forks,
        messages,
        simulate,
        baselines=Path(baselines),
    )
    prepared = prepare(Path(scenario), overrides)
    with suite_progress(1) as progress:
        progress.start(prepared.scenario.name)
        document = run_scenario(prepared, progress.notice, progress.update, replay_tail=replay_tail)
    if document is None:
        raise ScenarioError(
            f"{scenario}: its target reads {prepared.target.protocol}, and the feed is of another "
            "protocol: name another feed"
        )
    return Result(document)
