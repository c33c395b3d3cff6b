"""The bar that commands show while they measure, on standard error where that is a terminal."""

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn


def progress_bar(*further: ProgressColumn) -> Progress:
    """What is done, how far it is and since when; it is gone once it is over.

    Args:
        further: Columns behind these.
    """
    console = Console(stderr=True, highlight=False)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        *further,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
