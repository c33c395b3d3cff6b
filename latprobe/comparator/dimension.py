"""What a figure is an amount of: the units that it may be written in, and how it is printed."""

from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from typing import Final

from latprobe import units
from latprobe.units import BYTES, MULTIPLES, NANOSECONDS, SHARES


class Dimension(Enum):
    """Amounts of one dimension can be compared; each member's value is its name in messages."""

    TIME = "a time"
    """In nanoseconds."""
    SIZE = "a size"
    """In bytes."""
    RATE = "a rate"
    """Per second."""
    SHARE = "a share"
    """Part of a whole, from 0 to 1."""
    GROWTH = "a growth"
    """In bytes a message."""
    COUNT = "a count"
    """A plain number."""
    HOURLY_GROWTH = "a growth an hour"
    """In bytes an hour."""
    DRIFT = "a drift"
    """Part of a whole an hour."""


UNITS: Final[Mapping[Dimension, Mapping[str, Fraction]]] = {
    Dimension.TIME: {unit: Fraction(size) for unit, size in NANOSECONDS.items()},
    Dimension.SIZE: {unit: Fraction(size) for unit, size in BYTES.items()},
    Dimension.RATE: {f"{prefix}/s": Fraction(size) for prefix, size in MULTIPLES.items()},
    Dimension.SHARE: SHARES,
    Dimension.GROWTH: {
        f"{unit}/{prefix}msg": Fraction(BYTES[unit]) / Fraction(MULTIPLES[prefix])
        for prefix in ("", "M")
        for unit in ("B", "KiB", "MiB", "GiB")
    },
    Dimension.COUNT: {prefix: Fraction(size) for prefix, size in MULTIPLES.items()},
    Dimension.HOURLY_GROWTH: {f"{unit}/h": Fraction(size) for unit, size in BYTES.items()},
    Dimension.DRIFT: {"%/h": SHARES["%"]},
}
"""Each unit of a dimension, and how many of the dimension's own unit it is. A plain number is a
count, whose unit is written as nothing."""

EXAMPLES: Final[Mapping[Dimension, str]] = {
    Dimension.TIME: "10ns",
    Dimension.SIZE: "1KiB",
    Dimension.RATE: "100k/s",
    Dimension.SHARE: "0.01%",
    Dimension.GROWTH: "1KiB/Mmsg",
    Dimension.COUNT: "2",
    Dimension.HOURLY_GROWTH: "1MiB/h",
    Dimension.DRIFT: "2%/h",
}
"""An amount of each dimension, as a budget writes it."""


_OWN_UNITS: Final[Mapping[Dimension, str]] = {
    Dimension.TIME: "ns",
    Dimension.SIZE: "B",
    Dimension.RATE: "/s",
    Dimension.SHARE: "share",
    Dimension.COUNT: "",
    Dimension.GROWTH: "B/msg",
    Dimension.HOURLY_GROWTH: "B/h",
    Dimension.DRIFT: "share/h",
}


def format_amount(value: float, dimension: Dimension) -> str:
    """Formats an amount, given in its dimension's own unit, so that a budget can take it back."""
    return units.format_amount(value, unit_of(dimension))


def unit_of(dimension: Dimension) -> str:
    """What a document calls the dimension's own unit; nothing for a count."""
    return _OWN_UNITS[dimension]
