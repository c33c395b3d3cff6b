"""One figure about latprobe itself, and how far it may reach."""

from msgspec import Struct


class Figure(Struct, frozen=True):
    """A row of the table.

    Attributes:
        figure: What is measured.
        measured: What was found, in words; why not, where it could not be measured.
        reach: How far it may go.
        holds: Whether it does; None where it could not be measured.
    """

    figure: str
    measured: str
    reach: str
    holds: bool | None


class Rounds(Struct, frozen=True):
    """Alternating rounds of one measurement: their median, and how far they lie apart."""

    median: float
    lower_quartile: float
    upper_quartile: float


def ratio_text(rounds: Rounds) -> str:
    """`1.14 × (1.12 – 1.15)`: the median and the quartiles."""
    return f"{rounds.median:.2f} × ({rounds.lower_quartile:.2f} – {rounds.upper_quartile:.2f})"


def unsupported(figure: str, why: str, reach: str) -> Figure:
    """The row of a figure that could not be measured."""
    return Figure(figure, f"unsupported: {why}", reach, None)
