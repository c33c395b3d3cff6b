"""The two sides of an A/B, from what the command line calls them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from latprobe.errors import ScenarioError
from latprobe.pipeline.suite import Prepared
from latprobe.scenario import Drive
from latprobe.target import BUILTIN

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


def _pairwise(drive: Drive) -> Drive:
    """Without how much is replayed, in which forks: pairs go by the time, and have a seed."""
    return msgspec.structs.replace(
        drive, forks=1, repeats=0, shuffle=None, warmup=None, messages=None
    )


def check_alike(before: Prepared, after: Prepared) -> None:
    """Whether two scenarios can be run in pairs: over one feed, driven in one way.

    Raises:
        ScenarioError: where they cannot.
    """
    one, other = before.scenario, after.scenario
    for it in (one, other):
        if it.target.asyncio is not None:
            raise ScenarioError(
                f"'{it.name}' is an asyncio service, which does not run in turns with another: "
                "`latprobe run` both, and hold the runs against each other by `latprobe compare`"
            )
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
