"""Run documents that cannot be read, on standard error."""

import click

from latprobe.history.sync import Synced
from latprobe.report.printable import printable


def tell_broken(synced: Synced, told: set[str]) -> None:
    """Names what is broken, each once for as long as it stays so.

    Args:
        synced: What was read.
        told: What was named before; what is named now comes in its place.
    """
    for problem in synced.broken:
        if problem not in told:
            click.echo(f"latprobe: {printable(problem)}", err=True)
    told.clear()
    told.update(synced.broken)
