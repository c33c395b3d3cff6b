"""One group of rows of the table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benches.figure import Figure
from benches.stats.counts import Counts


@dataclass(frozen=True)
class Measured:
    """What a section found.

    Attributes:
        figures: Its rows.
        details: What they were made of, for the JSON document: a typed struct.
    """

    figures: list[Figure]
    details: Any


@dataclass(frozen=True)
class Section:
    """A group of rows that are measured together.

    Attributes:
        name: Its key in the JSON document, and what is said while it is measured.
        measure: Measures it; may raise a `BenchError`.
    """

    name: str
    measure: Callable[[Counts], Measured]
