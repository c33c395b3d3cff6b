"""Run documents by path or by id."""

import re
from pathlib import Path
from typing import Final

from latprobe.errors import RunError

RUNS: Final = Path("results/runs")
"""Where run documents are written unless a command is told otherwise."""

_TIME: Final = re.compile(r"-[0-9]{8}(T[0-9.]+Z)?")


def find_run(reference: str, folder: Path = RUNS) -> Path:
    """The path of a run document.

    Args:
        reference: A path; or the id of a run in the folder; or a scenario's name, or any other
            beginning of an id, which stands for the newest run of that name or beginning.
        folder: Where run documents are.

    Raises:
        RunError: where there is none.
    """
    path = Path(reference)
    if path.is_file():
        return path
    plain = not path.is_absolute() and path.name == reference
    exact = folder / f"{reference}.json"
    if plain and exact.is_file():
        return exact
    found = [it for it in folder.glob("*.json") if it.name.startswith(reference)] if plain else []
    # An id is the scenario's name and the time at which the run began.
    named = [it for it in found if _TIME.fullmatch(it.stem.removeprefix(reference))]
    if found:
        return max(named or found, key=lambda it: (it.stat().st_mtime, it.name))
    raise RunError(
        f"{reference}: is no run document, and no id of one in {folder}: give a path, or --results "
        "with the folder that it is in"
    )
