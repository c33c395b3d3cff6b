"""The two sides of an A/B, from what the command line calls them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from latprobe.errors import ScenarioError
from latprobe.pipeline.suite import Overrides, Prepared, prepare
from latprobe.scenario import Drive, Scenario
from latprobe.target import BUILTIN, describe_target

GIT: Final = "git:"


@dataclass(frozen=True)
class Named:
    """What `--a` or `--b` says: `LIB`, `LIB:target`, `git:REV` or `git:REV:target`.

    Attributes:
        library: A library; None for a revision.
        revision: A revision to be built; None for a library.
        target: The target's name; None for the scenario's.
    """

    library: Path | None
    revision: str | None
    target: str | None


def named(text: str) -> Named:
    """Reads `--a` or `--b`. A library whose name holds a colon is taken for what it is."""
    if text.startswith(GIT):
        revision, _, target = text.removeprefix(GIT).partition(":")
        return Named(None, revision, target or None)
    if text == BUILTIN or Path(text).exists():
        return Named(Path(text), None, None)
    library, _, target = text.rpartition(":")
    return Named(Path(library or target), None, target if library else None)


def contender(
    path: Path, library: Path | None, target: str | None, overrides: Overrides
) -> Prepared:
    """A scenario with another library or target in the place of its own.

    Raises:
        LatprobeError: what is wrong, where, and what to do.
    """
    prepared = prepare(path, overrides)
    if library is None and target is None:
        return prepared
    own = prepared.scenario.target
    reference = msgspec.structs.replace(
        own,
        library=own.library if library is None else _resolved(library),
        name=target or own.name,
    )
    scenario: Scenario = msgspec.structs.replace(prepared.scenario, target=reference)
    described = describe_target(Path(reference.library), reference.name, scenario.env)
    return replace(prepared, scenario=scenario, target=described)


def _resolved(library: Path) -> str:
    return str(library) if str(library) == BUILTIN else str(library.resolve())


def _pairwise(drive: Drive) -> Drive:
    """Without how much is replayed: pairs go by the time, and by the shorter of both."""
    return msgspec.structs.replace(drive, forks=1, warmup=None, messages=None)


def check_alike(before: Prepared, after: Prepared) -> None:
    """Whether two scenarios can be run in pairs: over one feed, driven in one way.

    Raises:
        ScenarioError: where they cannot.
    """
    one, other = before.scenario, after.scenario
    for what, mine, theirs in (
        ("feeds", one.feed, other.feed),
        ("ways of driving", _pairwise(one.drive), _pairwise(other.drive)),
    ):
        if mine != theirs:
            raise ScenarioError(
                f"'{one.name}' and '{other.name}' have different {what}: forks that run in pairs "
                "replay the same messages in the same way"
            )
    if one.drive.mode == "recorded" and None in (one.drive.messages, other.drive.messages):
        raise ScenarioError(
            f"'{one.name}' replays at the feed's own pace: say with `drive.messages` how many "
            "messages a fork replays, so that many pairs fit into the time"
        )
