"""`--results`: where run documents are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from latprobe.run.find import RUNS

_Command = TypeVar("_Command", bound=Callable[..., Any])

WRITTEN: Final = "Folder for the run documents."
READ: Final = "Folder of the run documents that are named by id."


def results_option(what: str) -> Callable[[_Command], _Command]:
    """Gives a command `--results`.

    Args:
        what: What it does with the folder: `WRITTEN` or `READ`.
    """
    return click.option(
        "--results",
        type=click.Path(file_okay=False, path_type=Path),
        default=RUNS,
        show_default=True,
        help=what,
    )
