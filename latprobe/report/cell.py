"""One figure in a table: its text, and how far it can be trusted."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from rich.text import Text

from latprobe.report.amounts import MISSING, step_text, time_text
from latprobe.report.precision import Precision
from latprobe.stats import samples_beyond

FEWEST_BEYOND: Final = 10
"""Samples beyond a quantile. With fewer, single messages decide where it lies."""


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown.

    Attributes:
        text: The amount with its unit.
        is_bound: The instrument cannot see so far down: all it says is that it is less.
        is_doubtful: Too few samples lie beyond it.
    """

    text: str
    is_bound: bool = False
    is_doubtful: bool = False

    def rendered(self) -> Text:
        """The text with its marks; what is in doubt is dimmed as well."""
        text = f"< {self.text}" if self.is_bound else self.text
        if self.is_doubtful:
            return Text(f"~{text}", style="dim")
        return Text(text, style="dim" if self.text == MISSING else "")


NO_FIGURE: Final = Cell(MISSING)


def quantile_cell(
    value_ns: int | None, quantile: Fraction, messages: int, precision: Precision | None
) -> Cell:
    """A quantile in nanoseconds of so many messages."""
    if value_ns is None:
        return NO_FIGURE
    is_doubtful = samples_beyond(messages, quantile) < FEWEST_BEYOND
    if precision is not None and value_ns < precision.step_ns:
        return Cell(step_text(precision.step_ns), is_bound=True, is_doubtful=is_doubtful)
    return Cell(time_text(value_ns), is_doubtful=is_doubtful)


def single_time_cell(value_ns: int | None, precision: Precision | None) -> Cell:
    """One message's time in nanoseconds, such as the longest."""
    if value_ns is None:
        return NO_FIGURE
    if precision is not None and value_ns < precision.step_ns:
        return Cell(step_text(precision.step_ns), is_bound=True)
    return Cell(time_text(value_ns))


def mean_cell(value_ns: float | None, precision: Precision | None) -> Cell:
    """A mean of single times, in nanoseconds.

    The clock's step does not hide it, since messages start at any phase of the step; the offset's
    error does, which is the same in all of them.
    """
    if value_ns is None:
        return NO_FIGURE
    if precision is not None and value_ns < precision.offset_error_ns:
        return Cell(step_text(precision.offset_error_ns), is_bound=True)
    return Cell(time_text(value_ns))
