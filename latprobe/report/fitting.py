"""Tables of figures that fit the terminal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_UNBOUNDED_WIDTH = 100_000


class Ranked(Protocol):
    """A column: what stands over it, and when a narrow terminal loses it."""

    @property
    def title(self) -> str:
        """Over the column."""

    @property
    def rank(self) -> int:
        """1 for what is looked at first; the highest goes first."""


_Column = TypeVar("_Column", bound=Ranked)


@dataclass(frozen=True)
class Fitted(Generic[_Column]):
    """A table, and what had to be left out of it.

    Attributes:
        table: What fits.
        columns: The columns in it.
        left_out: Titles of the columns that are not in it.
        full_width: Characters that the whole table takes.
    """

    table: Table
    columns: tuple[_Column, ...]
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
    columns: Sequence[_Column], build: Callable[[Sequence[_Column]], Table], console: Console
) -> Fitted[_Column]:
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
