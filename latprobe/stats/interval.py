"""A range that a figure lies in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """The closed range from `low` to `high`, both in the unit of the figure that it belongs to.

    Raises:
        ValueError: if `low` is over `high`, or either is not a number.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"an interval from {self.low} to {self.high}")

    def widened(self, below: float, above: float) -> "Interval":
        """The interval with `below` more room under it and `above` more over it."""
        return Interval(self.low - below, self.high + above)

    def union(self, other: "Interval") -> "Interval":
        """The smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def clamped(self, floor: float) -> "Interval":
        """The part that is not under `floor`; `floor` alone where all of it is."""
        return Interval(max(self.low, floor), max(self.high, floor))
