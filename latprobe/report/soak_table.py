"""The times of a soak as a table: the interval in hand against all of it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Protocol

from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import time_text
from latprobe.report.printable import printable

QUANTILES: Final = (
    ("p50", Fraction(1, 2)),
    ("p99", Fraction(99, 100)),
    ("p99.9", Fraction(999, 1000)),
)


class Times(Protocol):
    """One distribution."""

    @property
    def count(self) -> int:
        """Number of times."""

    @property
    def mean_ns(self) -> float:
        """Their mean."""

    @property
    def max_ns(self) -> int:
        """The longest."""

    def quantile_ns(self, quantile: Fraction) -> int:
        """A quantile."""


def times_cells(times: Times | None) -> list[Text]:
    """Mean, quantiles and the longest of some times."""
    if times is None or times.count == 0:
        return [Text("–", style="dim")] * (len(QUANTILES) + 2)
    amounts = [
        times.mean_ns,
        *(times.quantile_ns(quantile) for _, quantile in QUANTILES),
        times.max_ns,
    ]
    return [Text(time_text(it)) for it in amounts]


def soak_table(now: Mapping[str, Times], whole: Mapping[str, Times]) -> Table:
    """A row for each tag, with the interval in hand first; without one where there is none."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("stage", no_wrap=True)
    names = ["mean", *(name for name, _ in QUANTILES), "max"]
    for name in names if now else ():
        table.add_column(f"now {name}", justify="right", no_wrap=True)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for tag, times in whole.items():
        current = times_cells(now.get(tag)) if now else []
        table.add_row(Text(printable(tag)), *current, *times_cells(times))
    return table
