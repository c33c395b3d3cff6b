"""Run documents by path or by id."""

from pathlib import Path
from typing import Final

from latprobe.errors import RunError
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run

RUNS: Final = Path("results/runs")
"""Where run documents are written unless a command is told otherwise."""


def find_run(reference: str, folder: Path = RUNS) -> Path:
    """The path of a run document.

    Args:
        reference: A path; or the id of a run in the folder, or the beginning of one, which stands
            for the newest of those that begin so.
        folder: Where run documents are.

    Raises:
        RunError: where there is none.
    """
    path = Path(reference)
    if path.exists():
        return path
    plain = not path.is_absolute() and path.name == reference
    # Ids end in the time at which the run began, so that the last in order is the newest.
    found = sorted(it for it in folder.glob("*.json") if it.name.startswith(reference))
    if plain and found:
        exact = folder / f"{reference}.json"
        return exact if exact in found else max(found, key=lambda it: (it.stat().st_mtime, it.name))
    raise RunError(
        f"{reference}: is no run document, and no id of one in {folder}: give a path, or --results "
        "with the folder that it is in"
    )


def load_run(reference: str, folder: Path = RUNS) -> RunDocument:
    """Reads a run document that is given by path or id.

    Raises:
        RunError: where there is none, or it is not one.
    """
    return read_run(find_run(reference, folder))
