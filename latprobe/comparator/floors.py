"""The smallest change of each figure that a session can show, from sides that are alike."""

import math
from collections.abc import Sequence
from typing import Final

from latprobe.comparator.paired import FAMILY_LEVEL, PairedFigure
from latprobe.run.calibration import Floor
from latprobe.stats import LOOKS, level_of_look
from latprobe.stats.power import smallest_change

POWER: Final = 0.95
"""How often a change shall be found."""


def floors_of(figures: Sequence[PairedFigure], pairs: int) -> tuple[Floor, ...]:
    """The smallest changes, those that a gate hangs on first.

    Args:
        figures: Of a target against itself.
        pairs: How many pairs a session would have.
    """
    timed = [it for it in figures if not it.after.exact and it.tail is None]
    ordered = sorted(timed, key=lambda it: (not it.key, not it.primary, it.after.kind is not None))
    return tuple(_floor(it, pairs) for it in ordered)


def _floor(figure: PairedFigure, pairs: int) -> Floor:
    about = figure.after.key
    if not figure.differences:
        return Floor(*about, None, figure.after.problem or "some forks have no such message, or 0")
    level = figure.weight * level_of_look(FAMILY_LEVEL, 1.0, LOOKS[-2])
    found = smallest_change(figure.differences, pairs, level, POWER)
    if found is None:
        return Floor(*about, None, f"{pairs} pairs are too few for it")
    return Floor(*about, math.expm1(found + figure.slack))
