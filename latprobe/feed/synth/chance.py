"""Chance that falls alike on every machine and in every Python.

Only `random.Random(seed).random()` is used, whose sequence Python promises to keep, and only
arithmetic that IEEE 754 rounds exactly (so `sqrt`, but no `log` and no power).
"""

from collections.abc import Callable
from math import sqrt

Chance = Callable[[], float]
"""Gives a number from 0 up to, not including, 1."""


def heavy_tail(chance: Chance, mean: int) -> int:
    """A whole number from 0, of this mean: mostly far less, at times very much more.

    A Pareto distribution (Lomax, shape 2): one in a hundred is over 9 times the mean, one in
    10,000 over 99 times.
    """
    return int(mean * (1.0 / sqrt(1.0 - chance()) - 1.0))


def pick(chance: Chance, below: int) -> int:
    """A whole number from 0 to `below` - 1, each as likely as the other."""
    return int(chance() * below)
