"""What a budget holds a figure against."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import eq, ge, gt, le, lt
from typing import Final, Literal

from latprobe.comparator.dimension import EXAMPLES, UNITS, Dimension
from latprobe.comparator.figure import Figure, Measure
from latprobe.comparator.misreading import misread
from latprobe.comparator.syntax import Word
from latprobe.comparator.wording import listed
from latprobe.misreading import did_you_mean

Operator = Literal["<", "<=", ">", ">=", "=="]

OPERATORS: Final[Mapping[str, Operator]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=="}

Number = float | Fraction

COMPARISONS: Final[Mapping[Operator, Callable[[Number, Number], bool]]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "==": eq,
}
"""Whether `figure operator limit` holds. A fraction and a float are compared exactly."""

LONGEST_NUMBER: Final = 30
"""Characters. More digits are a mistake, and cost time."""


_OF_ONE_RUN: Final = frozenset(
    (
        Measure.SMALLEST,
        Measure.LARGEST,
        Measure.PAIRING,
        Measure.SUPERSEDED,
        Measure.DROPPED,
        Measure.MEMORY_GROWTH,
        Measure.MEMORY_SLOPE,
        Measure.FAULTS,
    )
)
"""Figures that have nothing to be sure of from run to run."""


@dataclass(frozen=True)
class Limit:
    """An amount that a figure has to keep under, over, or at.

    Attributes:
        value: In the dimension's own unit, exact: 0.01 % is 1/10,000. Of a limit on a baseline, how
            many times as much as the figure was there.
        dimension: What it is an amount of.
        text: As the budget writes it.
        of_baseline: Whether it is a part of what the figure was in an earlier run.
    """

    value: Fraction
    dimension: Dimension
    text: str
    of_baseline: bool = False


def read_baseline_limit(share: Word | None, figure: Figure, text: str) -> Limit:
    """The limit `baseline`, or a share of it that is given in percent.

    Raises:
        BudgetError: for a figure that cannot be held against an earlier run.
    """
    if figure.measure in _OF_ONE_RUN:
        problem = (
            f"`{figure.name}` is a fact about one run, and no bound on later ones: set an amount "
            "as its limit, or a percentile on a baseline"
        )
        raise misread(text, 0 if share is None else share.position, problem)
    if share is None:
        return Limit(Fraction(1), figure.dimensions[0], "baseline", of_baseline=True)
    _check_length(share, text)
    value = Fraction(share.text) / 100
    return Limit(value, figure.dimensions[0], f"{share.text}% of baseline", of_baseline=True)


def read_limit(number: Word, unit: Word | None, figure: Figure, text: str) -> Limit:
    """The limit that a budget sets on a figure.

    Raises:
        BudgetError: for a unit that there is not, or that is not one of the figure's.
    """
    _check_length(number, text)
    symbol = "" if unit is None else "".join(unit.text.split()).replace("\u03bc", "\u00b5")
    value = Fraction(number.text)
    for dimension in figure.dimensions:
        # Bytes are what `bytes` counts, so that it takes a plain number too.
        plain_bytes = dimension is Dimension.SIZE and not symbol
        factor = Fraction(1) if plain_bytes else UNITS[dimension].get(symbol)
        if factor is None:
            continue
        value *= factor
        if dimension is Dimension.COUNT and Dimension.SHARE in figure.dimensions:
            _check_whole(value, number, figure, text)
        return Limit(value, dimension, number.text + symbol)
    place = unit or Word("", number.position + len(number.text))
    raise misread(text, place.position, _no_unit_of(figure, symbol))


def _check_length(number: Word, text: str) -> None:
    if len(number.text) > LONGEST_NUMBER:
        problem = f"a number has at most {LONGEST_NUMBER} characters"
        raise misread(text, number.position, problem)


def _check_whole(value: Fraction, number: Word, figure: Figure, text: str) -> None:
    if value.denominator != 1:
        problem = (
            f"a plain number counts `{figure.name}`, and {number.text} is not a whole one: "
            f"for a share of the messages write a percentage, such as `{EXAMPLES[Dimension.SHARE]}`"
        )
        raise misread(text, number.position, problem)


def _no_unit_of(figure: Figure, symbol: str) -> str:
    dimension = figure.dimensions[0]
    is_what = f"`{figure.name}` is {dimension.value}"
    example = f"write its limit like `{EXAMPLES[dimension]}`"
    if not symbol:
        return f"{is_what}, and the limit has no unit: {example}"
    for other, units in UNITS.items():
        if symbol in units:
            return f"{is_what}, and `{symbol}` is a unit of {other.value}: {example}"
    known = [unit for unit in UNITS[dimension] if unit]
    near = did_you_mean(symbol, known)
    return f"unknown unit `{symbol}`{near or f': {is_what}, whose units are {listed(known)}'}"
