"""Tables of figures that fit the terminal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from latprobe.report.column import Column

_UNBOUNDED_WIDTH = 100_000


@dataclass(frozen=True)
class Fitted:
    """A table, and what had to be left out of it.

    Attributes:
        table: What fits.
        columns: The columns in it.
        left_out: Titles of the columns that are not in it.
        full_width: Characters that the whole table takes.
    """

    table: Table
    columns: tuple[Column, ...]
    left_out: tuple[str, ...]
    full_width: int

    def note(self) -> Text | None:
        """A line about what is missing; None where nothing is."""
        if not self.left_out:
            return None
        missing = ", ".join(self.left_out)
        return Text(f"left out on this narrow terminal: {missing} (all takes {self.full_width})")


def empty_table(console: Console) -> Table:
    """A table with lines on a terminal, and without any in plain text."""
    if console.is_terminal:
        return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")


def fit(
    columns: Sequence[Column], build: Callable[[Sequence[Column]], Table], console: Console
) -> Fitted:
    """The table that `build` makes of as many of the columns as there is room for.

    The one with the highest rank goes first; the last one stays, wide or not.
    """
    kept = list(columns)
    table = build(kept)
    full_width = _width(table, console)
    while len(kept) > 1 and _width(table, console) > console.width:
        kept.remove(max(kept, key=lambda column: column.rank))
        table = build(kept)
    left_out = tuple(column.title for column in columns if column not in kept)
    return Fitted(table, tuple(kept), left_out, full_width)


def _width(table: Table, console: Console) -> int:
    unbounded = console.options.update(width=_UNBOUNDED_WIDTH)
    return Measurement.get(console, unbounded, table).maximum
