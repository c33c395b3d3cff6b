"""What budgets on a soak say besides: over which windows, and from when on."""

from dataclasses import dataclass, replace
from typing import Final

from latprobe.comparator.dimension import Dimension
from latprobe.comparator.figure import Figure, Measure
from latprobe.comparator.misreading import misread
from latprobe.comparator.syntax import Parts, Word
from latprobe.errors import BudgetError
from latprobe.units import parse_duration

_COUNTED: Final = (Measure.AMOUNT, Measure.ERRORS)


@dataclass(frozen=True)
class Window:
    """Parts of a soak, in seconds.

    Attributes:
        every_s: Each window of this length has to keep the budget by itself; None for all of the
            soak at once.
        after_s: From when on the soak counts.
    """

    every_s: float | None = None
    after_s: float = 0.0


ALL: Final = Window()


def read_window(parts: Parts, figure: Figure, text: str) -> Window:
    """Reads `in every 1m` and `after 10m`.

    Raises:
        BudgetError: for what is no length of time, or windows of a trend.
    """
    every_s = None if parts.every is None else _seconds(parts.every, text)
    if parts.every is not None and figure.is_trend:
        problem = f"`{figure.name}` is told by all of a soak, and not by windows: leave it out"
        raise misread(text, parts.every.position, problem)
    return Window(every_s, 0.0 if parts.after is None else _seconds(parts.after, text))


def slope_of(figure: Figure, unit: Word | None, *, is_of_soak: bool) -> Figure:
    """A slope of memory by what it is held against: an hour in a soak, and else a message."""
    by_hour = unit is not None and unit.text.endswith("h")
    if figure.measure is not Measure.MEMORY_SLOPE or not (is_of_soak or by_hour):
        return figure
    return replace(figure, dimensions=(Dimension.HOURLY_GROWTH,))


def figure_of_soak(figure: Figure, parts: Parts, text: str) -> Figure:
    """The figure, if a soak has it.

    Raises:
        BudgetError: if not.
    """
    at = parts.figure.position
    if figure.is_latency or figure.measure is Measure.DRIFT:
        if figure.timing in ("cold", "idle"):
            raise misread(text, at, f"a soak has no `{figure.timing}` times: write `response`")
    elif figure.measure not in (*_COUNTED, Measure.MEMORY_SLOPE):
        problem = (
            f"a soak does not measure `{figure.name}`: it has latency, `allocations`, `frees`, "
            "`reallocations`, `bytes`, `errors`, `rss slope`, `heap slope` and drifts"
        )
        raise misread(text, at, problem)
    if parts.kind is not None:
        raise misread(text, parts.kind.position, "a soak does not tell kinds apart: leave it out")
    if parts.last is not None:
        raise misread(text, parts.last.position, "a soak has no spans: set a budget on each stage")
    if figure.measure is Measure.AMOUNT:
        if parts.first is not None and parts.first.text != "total":
            problem = f"a soak counts `{figure.name}` for whole messages: write it alone"
            raise misread(text, parts.first.position, problem)
        return replace(figure, is_soaked_as_a_whole=True)
    return figure


def not_of_soak(parts: Parts, text: str) -> BudgetError:
    """What is said of a budget on a soak where there is none."""
    place = parts.every or parts.after or parts.figure
    problem = "only a soak has windows and trends: put it in `budgets` of the scenario's [soak]"
    return misread(text, place.position, problem)


def _seconds(word: Word, text: str) -> float:
    try:
        seconds = parse_duration(word.text)
    except ValueError as error:
        raise misread(text, word.position, str(error)) from None
    if seconds <= 0:
        raise misread(text, word.position, f"`{word.text}` is no time")
    return seconds
