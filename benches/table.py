"""All figures, as the table that people read."""

from collections.abc import Iterable
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benches.figure import Figure

_HOLDS: Final = {
    True: Text("yes", style="green"),
    False: Text("no", style="bold red"),
    None: Text("–", style="dim"),
}


def print_figures(figures: Iterable[Figure], console: Console) -> None:
    """Prints a row for each figure."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("figure", "measured", "reach", "holds"):
        table.add_column(name, overflow="fold")
    for it in figures:
        table.add_row(Text(it.figure), Text(it.measured), Text(it.reach), _HOLDS[it.holds])
    console.print(table)
