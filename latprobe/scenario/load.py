"""Reading scenario files."""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from latprobe.errors import ScenarioError
from latprobe.scenario.environment import ALLOCATORS
from latprobe.scenario.model import Scenario
from latprobe.scenario.python_target import with_target_table

_Model = TypeVar("_Model", bound=msgspec.Struct)


def load_scenario(path: Path) -> Scenario:
    """Reads a scenario; its relative paths count from the file's own folder.

    Raises:
        ScenarioError: naming the file, the place in it, and what was expected there.
    """
    scenario = read_scenario(path, Scenario)
    if scenario.match is not None:
        raise ScenarioError(
            f"{path}: `match` is about two recordings, and this is about a target that is run: "
            "leave it out"
        )
    folder = path.parent
    target = scenario.target
    if target.is_python or target.asyncio is not None:
        folders = (*((folder / it).resolve() for it in target.path), folder.resolve())
        target = msgspec.structs.replace(target, path=tuple(map(str, folders)))
    elif not (target.library and target.name):
        words = "`target` needs `library` and `name`, or `python`, or `asyncio`"
        raise ScenarioError(f"{path}: {words}")
    else:
        library = str((folder / target.library).resolve())
        target = msgspec.structs.replace(target, library=library)
    feed = scenario.feed
    if isinstance(feed, str):
        feed = str((folder / feed).resolve())
    allocator = scenario.allocator
    if allocator is not None and allocator not in ALLOCATORS:
        allocator = str((folder / allocator).resolve())
    return msgspec.structs.replace(scenario, target=target, feed=feed, allocator=allocator)


def read_scenario(path: Path, model: type[_Model]) -> _Model:
    """Reads a scenario file of one kind, as it stands.

    Raises:
        ScenarioError: naming the file, the place in it, and what was expected there.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: is not TOML: {error}") from error
    try:
        return msgspec.convert(with_target_table(table), model)
    except msgspec.ValidationError as error:
        problem = _in_words(str(error))
        if model is Scenario and "match" in table and "target" not in table:
            problem = "is about two recordings: `latprobe feed match --scenario` reads it"
        raise ScenarioError(f"{path}: {problem}") from error


def find_scenarios(paths: list[Path]) -> list[Path]:
    """Scenario files among `paths`, and below those that are folders, each folder's in order.

    Raises:
        ScenarioError: where there is nothing at a path, or no scenario below it.
    """
    found: list[Path] = []
    for path in paths:
        below = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
        if not below or not below[0].exists():
            raise ScenarioError(f"{path}: there is no scenario (a .toml file) here")
        found.extend(below)
    return found


def _in_words(problem: str) -> str:
    """Says `drive.forks` where the library says `$.drive.forks`."""
    return problem.replace("`$.", "`").replace(" - at `$`", "")
