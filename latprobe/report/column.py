"""The columns that a table of figures can have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from latprobe.report.cell import (
    NO_FIGURE,
    Cell,
    mean_cell,
    quantile_cell,
    single_time_cell,
)
from latprobe.report.precision import Precision
from latprobe.run.model import Figure
from latprobe.units import format_bytes, format_count, format_ns, format_rate


@dataclass(frozen=True)
class Column:
    """A column of figures.

    Attributes:
        title: Over the column.
        rank: 1 for what is looked at first; a narrow terminal loses the highest first.
        cell: Reads the figure of one row.
        says_something: Whether a figure gives reason to show the column; by default, any does.
    """

    title: str
    rank: int
    cell: Callable[[Figure, Precision | None], Cell]
    says_something: Callable[[Figure], bool] = lambda _: True

    def is_worth_showing(self, figures: Iterable[Figure]) -> bool:
        """Whether any of the rows has something to put into it."""
        return any(
            self.cell(figure, None) != NO_FIGURE and self.says_something(figure)
            for figure in figures
        )


def _quantile(share: str, value_of: Callable[[Figure], int | None]) -> Callable[..., Cell]:
    quantile = Fraction(share)

    def cell(figure: Figure, precision: Precision | None) -> Cell:
        return quantile_cell(value_of(figure), quantile, figure.messages, precision)

    return cell


def _amount(
    text_of: Callable[[float], str], value_of: Callable[[Figure], float | None]
) -> Callable[..., Cell]:
    def cell(figure: Figure, _: Precision | None) -> Cell:
        value = value_of(figure)
        return NO_FIGURE if value is None else Cell(text_of(value))

    return cell


COST: Final = Column("cost", 2, _amount(format_ns, lambda it: it.cost_ns))
P50: Final = Column("p50", 3, _quantile("0.5", lambda it: it.p50_ns))
P99: Final = Column("p99", 4, _quantile("0.99", lambda it: it.p99_ns))
P999: Final = Column("p99.9", 1, _quantile("0.999", lambda it: it.p999_ns))
MAX: Final = Column("max", 6, lambda it, precision: single_time_cell(it.max_ns, precision))
ALLOCATIONS: Final = Column("allocs/msg", 5, _amount(format_count, lambda it: it.allocations))
MOST_ALLOCATIONS: Final = Column(
    "most allocs",
    10,
    _amount(format_count, lambda it: it.max_allocations),
    # Where no message allocates, `allocs/msg` says as much.
    says_something=lambda it: bool(it.max_allocations),
)
THROUGHPUT: Final = Column("throughput", 7, _amount(format_rate, lambda it: it.throughput_per_s))
MESSAGES: Final = Column("messages", 11, _amount("{:,}".format, lambda it: it.messages))

RUN_COLUMNS: Final = (
    COST,
    Column("mean", 7, lambda it, precision: mean_cell(it.mean_ns, precision)),
    P50,
    Column("p90", 9, _quantile("0.9", lambda it: it.p90_ns)),
    P99,
    P999,
    MAX,
    ALLOCATIONS,
    MOST_ALLOCATIONS,
    Column("bytes/msg", 8, _amount(format_bytes, lambda it: it.bytes)),
)
"""Columns of one run's table, in order."""

RESPONSE_P99: Final = Column("response p99", 4, P99.cell)
RESPONSE_P999: Final = Column("response p99.9", 1, P999.cell)

RESPONSE_COLUMNS: Final = (RESPONSE_P99, RESPONSE_P999)
"""Columns of a family's table that are about response times, in order."""

END_TO_END_P50: Final = Column("end to end p50", 5, P50.cell)
END_TO_END_P99: Final = Column("end to end p99", 4, P99.cell)

END_TO_END_COLUMNS: Final = (END_TO_END_P50, END_TO_END_P99)
"""Columns of a family's table that are about the way to a message's last thread, in order."""

FAMILY_COLUMNS: Final = (COST, P50, P99, P999, MAX, ALLOCATIONS, THROUGHPUT)
"""Columns of a family's table, in order."""
