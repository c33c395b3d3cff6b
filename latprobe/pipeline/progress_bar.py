"""The bar that commands show while they measure, on standard error where that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn


def progress_bar(*further: ProgressColumn) -> Progress:
    """What is done, how far it is and since when; it is gone once it is over.

    Args:
        further: Columns behind these.
    """
    console = Console(stderr=True, highlight=False, force_jupyter=False)
    # A notebook's stream says that it is a terminal, and cannot take a line back.
    is_shown = console.is_terminal and sys.stderr is sys.__stderr__
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        *further,
        console=console,
        transient=True,
        disable=not is_shown,
    )


@contextmanager
def on_screen(bar: Progress) -> Iterator[None]:
    """Shows a bar for as long as the block lasts, where it is shown at all."""
    if bar.disable:  # rich 13 prints an empty line where such a one stops
        yield
        return
    with bar:
        yield


@contextmanager
def off_screen(bar: Progress) -> Iterator[None]:
    """Takes a bar that is shown away for as long as the block lasts."""
    if bar.disable:
        yield
        return
    bar.stop()
    try:
        yield
    finally:
        bar.start()
