"""A match of recordings as a file: what `latprobe feed match --scenario` reads."""

from pathlib import Path

import msgspec
from msgspec import Struct

from latprobe.scenario.load import read_scenario
from latprobe.scenario.matching import MatchSettings
from latprobe.scenario.model import Name


class RecordingPair(
    Struct, frozen=True, forbid_unknown_fields=True, rename={"ins": "in", "outs": "out"}
):
    """Recordings of what went in and of what came out."""

    ins: str
    outs: str


class MatchScenario(Struct, frozen=True, forbid_unknown_fields=True):
    """What is matched, how, and within which budgets.

    Attributes:
        name: Names its run documents.
        match: How recordings are matched.
        pairs: The recordings; the command line may name others instead.
        description: One line for people.
        budgets: Limits on figures, in the grammar of docs/BUDGETS.md.
    """

    name: Name
    match: MatchSettings
    pairs: tuple[RecordingPair, ...] = ()
    description: str = ""
    budgets: tuple[str, ...] = ()


def load_match_scenario(path: Path) -> MatchScenario:
    """Reads the scenario of a match; its relative paths count from the file's own folder.

    Raises:
        ScenarioError: naming the file, the place in it, and what was expected there.
    """
    scenario = read_scenario(path, MatchScenario)
    folder = path.parent
    pairs = tuple(
        RecordingPair(str((folder / pair.ins).resolve()), str((folder / pair.outs).resolve()))
        for pair in scenario.pairs
    )
    return msgspec.structs.replace(scenario, pairs=pairs)
