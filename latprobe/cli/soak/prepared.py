"""A soak that can be started, or gone on with: all that could be wrong is checked."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec

from latprobe.cli.soak.budgets import soak_budgets
from latprobe.cli.soak.feeds import prepare_feeds
from latprobe.driver.plan import volume_of
from latprobe.driver.soak.stress import check_stress
from latprobe.errors import FeedError, ScenarioError, SoakError, TargetError
from latprobe.feed.reader import Feed
from latprobe.pipeline.feeds import Notice, record_of
from latprobe.pipeline.suite import described
from latprobe.run.machine import describe_machine
from latprobe.run.model import TargetRecord
from latprobe.run.soak_document import SoakDocument, SoakSettings
from latprobe.scenario import Scenario
from latprobe.soak.document import read_soak
from latprobe.soak.folder import SoakFolder, create_folder, reopen_folder


@dataclass(frozen=True)
class PreparedSoak:
    """A folder that takes intervals, what stands in its document, and the feeds that are replayed.

    `first_sequence` is the number of the next message.
    """

    document: SoakDocument
    folder: SoakFolder
    feeds: tuple[Feed, ...]
    first_sequence: int


def new_soak(
    scenario: Scenario,
    settings: SoakSettings,
    budgets: Sequence[str],
    results: Path,
    notice: Notice,
) -> PreparedSoak:
    """Looks at target and feeds, and makes the folder.

    Raises:
        LatprobeError: what is wrong, and what to do.
    """
    target = soakable(scenario)
    soak_budgets(budgets, target)
    named = prepare_feeds(scenario.feed, target, notice)
    warmup = volume_of(scenario.drive, named[0][1].messages).warmup
    settings = msgspec.structs.replace(settings, warmup=warmup)
    started = datetime.datetime.now(datetime.UTC)
    soak = f"{scenario.name}-{started:%Y%m%dT%H%M%S.%f}Z"
    document = SoakDocument(
        schema_version=1,
        id=soak,
        started=started.isoformat(),
        latprobe_version=version("latprobe"),
        scenario=scenario,
        target=target,
        feeds=tuple(record_of(feed, name) for name, feed in named),
        machine=describe_machine(),
        settings=settings,
        budgets=tuple(budgets),
    )
    folder = create_folder(results, document)
    return PreparedSoak(document, folder, tuple(feed for _, feed in named), 0)


def soak_to_go_on(path: Path, notice: Notice) -> PreparedSoak:
    """Opens the folder of a soak that ended early, and holds target and feeds against it.

    Raises:
        LatprobeError: what is wrong, such as a target that is not the same any more.
    """
    document = read_soak(path)
    if document.ended is not None and document.ended_by is None:
        raise SoakError(f"{path}: has come to its end: start another soak")
    check_stress(document.settings.stress)
    target = soakable(document.scenario)
    if target.sha256 != document.target.sha256:
        raise TargetError(f"{target.library}: is not what was soaked before: start another soak")
    named = prepare_feeds(document.scenario.feed, target, notice)
    for (name, feed), before in zip(named, document.feeds, strict=False):
        if feed.sha256 != before.sha256:
            raise FeedError(name, None, "is not what was replayed before: start another soak")
    if len(named) != len(document.feeds):
        raise SoakError(f"{path}: was of {len(document.feeds)} feeds, and there are {len(named)}")
    folder, first = reopen_folder(path)
    return PreparedSoak(document, folder, tuple(feed for _, feed in named), first)


def soakable(scenario: Scenario) -> TargetRecord:
    """The scenario's target, if it can be soaked.

    Raises:
        LatprobeError: why not.
    """
    if scenario.target.asyncio is not None:
        raise ScenarioError(
            f"{scenario.name}: an asyncio service is driven by its own event loop, and a soak by "
            "the native one: soak what it calls"
        )
    target = described(scenario)
    if target.hops:
        raise ScenarioError(
            f"{scenario.name}: the target hands messages on to threads of its own, which a soak "
            "does not see: soak the same stages in a target that does all work itself"
        )
    return target
