"""`latprobe.measure`: callables measured as a scenario's target is, without a scenario file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec

from latprobe.api.callables import Named, Target, named
from latprobe.api.memory_feed import Messages, feed_of
from latprobe.api.result import Result
from latprobe.comparator import of_whole_message
from latprobe.errors import ScenarioError
from latprobe.pipeline.part import whole
from latprobe.pipeline.progress import suite_progress
from latprobe.pipeline.quick import part_within
from latprobe.pipeline.suite import DEFAULT_BASELINES, prepare_scenario, run_scenario
from latprobe.run.model import TargetRecord
from latprobe.scenario import Protocol, Scenario
from latprobe.target.revision import git_branch, git_revision


def measure(
    target: Target | Sequence[Target] | Named,
    feed: Messages,
    *,
    budgets: Sequence[str] = (),
    name: str | None = None,
    forks: int | None = None,
    messages: int | None = None,
    warmup: int | None = None,
    seconds: float | None = None,
    payload: Literal["memoryview", "bytes"] = "memoryview",
    gc: Literal["on", "off", "freeze"] = "on",
    config: Mapping[str, Any] | None = None,
    stages: Sequence[str] = (),
    protocol: Protocol | Literal[""] = "",
    simulate: bool = False,
    baselines: str | Path = DEFAULT_BASELINES,
) -> Result:
    """Measures a callable, or a list of them, each a stage that is fed by the one before.

    Forks are fresh processes. A callable that a module has is imported there; one that was made in
    a notebook, a script or another function is written out with what it needs, see docs/API.md.

    Args:
        target: A function, a class with `on_message`, or `module:object`; or a list of such.
            What `named` has made of one is taken as it is.
        feed: The path of a feed or a recording, a list of messages, or a `SynthFeed`.
        budgets: Limits on figures; one that names no stage is on the whole message.
        name: What the run is called; by default as the callables are.
        forks: Fresh processes for each figure; by default 5.
        messages: Messages that count in each fork; by default the feed, and at least 100,000.
        warmup: Messages before the first that counts.
        seconds: About how long it may take: fewer forks and messages, from the feed's beginning,
            and only what the budgets ask for. By default everything is measured.
        payload: What the first callable is handed.
        gc: The interpreter's collector: on, off, or on without what was there before.
        config: Keywords of a class.
        stages: Names for the callables of a list; else the stages that one callable marks.
        protocol: Of the messages; of a feed it is known.
        simulate: Whether instructions, caches and branches are simulated.
        baselines: Folder of the baselines that budgets are held against.

    Raises:
        LatprobeError: what is wrong with the callable, the feed or a budget, and what to do.
    """
    callables = target if isinstance(target, Named) else named(target)
    drive = {"forks": forks, "messages": messages, "warmup": warmup}
    called = {
        "python": list(callables.calls) if callables.is_list else callables.calls[0],
        "name": name or _name(callables),
        "path": callables.path,
        "payload": payload,
        "gc": gc,
        "config": dict(config or {}),
        "stages": tuple(stages) or (callables.names if callables.is_list else ()),
        "protocol": protocol,
    }
    with feed_of(feed, protocol) as found:
        scenario = _scenario(
            {
                "name": name or _name(callables),
                "feed": msgspec.to_builtins(found),
                "target": called,
                "drive": {key: value for key, value in drive.items() if value is not None},
                "budgets": [of_whole_message(it) for it in budgets],
                "simulate": simulate or None,
            }
        )
        return _measured(scenario, callables.origin, seconds, Path(baselines))


def _measured(
    scenario: Scenario, origin: Path | None, seconds: float | None, baselines: Path
) -> Result:
    prepared = prepare_scenario(scenario, baselines)
    if origin is not None:
        prepared = replace(prepared, target=_written_in(origin, prepared.target))
    part = whole if seconds is None else partial(part_within, prepared.budgets, seconds)
    with suite_progress(1) as progress:
        progress.start(scenario.name)
        document = run_scenario(prepared, progress.notice, progress.update, part_of=part)
    if document is None:
        raise ScenarioError(
            f"{prepared.target.name} reads {prepared.target.protocol}, and the feed is of another "
            "protocol: hand over another feed"
        )
    return Result(document)


def _written_in(origin: Path, target: TargetRecord) -> TargetRecord:
    """A target whose code was written out, as of the file that it was written in."""
    is_there = origin.is_file()
    folder = origin.parent if is_there else Path.cwd()
    return msgspec.structs.replace(
        target,
        library=origin.name if is_there else target.library,
        git_revision=git_revision(folder),
        git_branch=git_branch(folder),
    )


def _scenario(said: dict[str, Any]) -> Scenario:
    try:
        return msgspec.convert(said, Scenario)
    except msgspec.ValidationError as error:
        raise ScenarioError(str(error).replace("`$.", "`").replace(" - at `$`", "")) from error


def _name(callables: Named) -> str:
    return "-".join(callables.names).strip("._-") or "callable"
