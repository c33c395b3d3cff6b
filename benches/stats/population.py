"""Made-up populations of forks, of which it is known what their figures truly are.

A fork draws an environment of its own, and its messages draw their times within that: all forks
differ by a factor (deviation 2 %) and a shift (deviation 5 ns), as memory layout and frequency make
them differ. Times are in nanoseconds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Times: TypeAlias = Callable[[np.random.Generator, int, float], Floats]
"""The messages of one fork: so many, at that point of the session, which lasts from 0 to 1."""

_FACTOR_DEVIATION: Final = 0.02
_SHIFT_DEVIATION_NS: Final = 5.0
_DISTURBED_SHARE: Final = 0.1
_SLOW_SHARE: Final = 0.03
_STALLED_SHARE: Final = 0.01


@dataclass(frozen=True)
class Population:
    """Forks of one kind.

    Attributes:
        name: In the table.
        times: Draws the times of a fork's messages.
        usual: The same without what is not meant to be measured; None where that is all of it.
        drifts: Whether forks depend on when in the session they run.
    """

    name: str
    times: Times
    usual: Times | None = None
    drifts: bool = False


def _in_environment(dice: np.random.Generator, times: Floats) -> Floats:
    factor = np.exp(dice.normal(0.0, _FACTOR_DEVIATION))
    moved: Floats = times * factor + dice.normal(0.0, _SHIFT_DEVIATION_NS)
    return np.maximum(moved, 0.0)


def _lognormal(dice: np.random.Generator, count: int, _: float) -> Floats:
    return _in_environment(dice, 1_000.0 * np.exp(0.5 * dice.standard_normal(count)))


def _bimodal(dice: np.random.Generator, count: int, _: float) -> Floats:
    """15 % of messages take a slower path, and forks differ in how many."""
    odds = 0.15 / 0.85 * np.exp(dice.normal(0.0, 0.2))
    slow = dice.random(count) < odds / (1 + odds)
    noise = dice.standard_normal(count)
    return _in_environment(
        dice, np.where(slow, 2_400.0 * np.exp(0.1 * noise), 800.0 * np.exp(0.05 * noise))
    )


def _pareto(dice: np.random.Generator, count: int, _: float) -> Floats:
    """Without a variance: one in 1,000 messages takes 32 times as long as the shortest."""
    return _in_environment(dice, 500.0 * (1.0 - dice.random(count)) ** -0.5)


def _drifting(dice: np.random.Generator, count: int, at: float) -> Floats:
    """Slower within each fork by some 10 %, over the session by 6 %, and alike in runs of 100."""
    run = np.repeat(dice.standard_normal(-(-count // 100)), 100)[:count]
    within = dice.normal(0.1, 0.05) * np.linspace(-0.5, 0.5, count)
    noise = 0.3 * dice.standard_normal(count) + 0.1 * run
    return _in_environment(dice, 1_000.0 * np.exp(noise + within + 0.06 * (at - 0.5)))


def _steady(dice: np.random.Generator, count: int, _: float) -> Floats:
    """Messages of one fork differ less than forks do, read by a clock that steps by 10 ns."""
    slow = np.where(dice.random(count) < _SLOW_SHARE, dice.exponential(400.0, count), 0.0)
    times = 1_000.0 * (1.0 + 0.005 * dice.standard_normal(count)) + slow
    stepped: Floats = np.floor(_in_environment(dice, times) / 10.0) * 10.0
    return stepped


def _disturbed(usual: Times, dice: np.random.Generator, count: int, at: float) -> Floats:
    """One fork in ten is slower throughout, from some time on, or stalls now and then."""
    times = usual(dice, count, at)
    if dice.random() >= _DISTURBED_SHARE:
        return times
    match dice.integers(3):
        case 0:
            return times * dice.uniform(1.2, 2.0)
        case 1:
            since = np.arange(count) > count * dice.uniform(0.3, 0.9)
            return times + 500.0 * since
        case _:
            stalls = np.where(
                dice.random(count) < _STALLED_SHARE, dice.exponential(20_000.0, count), 0.0
            )
            return times + stalls


POPULATIONS: Final = (
    Population("lognormal", _lognormal),
    Population("bimodal", _bimodal),
    Population("heavy-tailed (Pareto, without variance)", _pareto),
    Population("drifting", _drifting, drifts=True),
    Population("steady, in steps of 10 ns", _steady),
    Population("lognormal, 1 in 10 forks disturbed", partial(_disturbed, _lognormal), _lognormal),
    Population("steady, 1 in 10 forks disturbed", partial(_disturbed, _steady), _steady),
)
