"""From callgrind's events to those that figures and budgets are named after."""

from collections.abc import Mapping
from typing import Final

EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "instructions": ("Ir",),
    "branches": ("Bc", "Bi"),
    "branch-misses": ("Bcm", "Bim"),
    "L1d-accesses": ("Dr", "Dw"),
    "L1d-misses": ("D1mr", "D1mw"),
    "L1i-misses": ("I1mr",),
    "LLC-misses": ("ILmr", "DLmr", "DLmw"),
}
"""What each figure is the sum of, see "Cache and Branch Prediction Profiling" in the manual."""


def named_events(costs: Mapping[str, int]) -> dict[str, int]:
    """Costs by the names of figures."""
    return {name: sum(costs.get(it, 0) for it in parts) for name, parts in EVENTS.items()}
