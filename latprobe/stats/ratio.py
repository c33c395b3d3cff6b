"""How many times as much a figure is on one side as on another, and how sure that is.

Each side has forks, whose values count as one observation each. Ratios are multiplicative, so that
all is done with logarithms: with n values on a side, and s for the standard deviation of their
logarithms (divisor n - 1), the logarithm of the side's figure has the standard error s / √n. The
difference of two sides has the root of the sum of squares, and the degrees of freedom of B. L.
Welch ("The generalization of 'Student's' problem when several different population variances are
involved", Biometrika 34, 1947), who takes them from the variances of both.

The estimate itself is that of the figures over all samples, where the forks' own high quantiles are
biased (sectioning: S. Asmussen and P. W. Glynn, "Stochastic Simulation", 2007, section III.5).

A side's error is never less than what its samples alone leave open, nor than what the rounding to
the instrument's steps does, even where all forks happen to agree. And where times come in steps,
two figures may be one step closer, or further apart, than they look.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latprobe.stats.interval import Interval
from latprobe.stats.student import FEWEST_FORKS
from latprobe.stats.welch import chance_beyond, t_beyond

_PARTS_OF_A_DEGREE: Final = 10
"""Degrees of freedom are rounded down to tenths, which errs on the wide side: many figures then
share a critical value, which takes long to find."""

_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Sampled:
    """A figure on one side.

    Attributes:
        value: Over all forks; more than 0.
        forks: Its value in each fork, in the same unit; each more than 0.
        within: The standard error of the value's logarithm that its samples alone leave open.
        step: The step that the instrument rounds single values to, in the same unit; 0 for none.

    Raises:
        ValueError: for values that have no logarithm, or fewer than two forks.
    """

    value: float
    forks: Sequence[float]
    within: float = 0.0
    step: float = 0.0

    def __post_init__(self) -> None:
        if len(self.forks) < FEWEST_FORKS:
            raise ValueError(f"a spread needs {FEWEST_FORKS} forks, there are {len(self.forks)}")
        if not (0 < self.value < math.inf and all(0 < it < math.inf for it in self.forks)):
            raise ValueError("a ratio needs values over 0")

    @property
    def variance(self) -> float:
        """Squared standard error of the value's logarithm."""
        count = len(self.forks)
        # `statistics.variance` reckons with fractions, which takes 50 times as long.
        logs = [math.log(it) for it in self.forks]
        middle = math.fsum(logs) / count
        between = math.fsum((it - middle) ** 2 for it in logs) / (count - 1) / count
        # Rounding to steps spreads evenly over one of them: variance step² / 12.
        rounding = (self.step / self.value) ** 2 / 12 / count
        return max(between, rounding, self.within**2)


@dataclass(frozen=True)
class LogRatio:
    """The logarithm of a ratio.

    Attributes:
        estimate: Its best guess.
        error: Its standard error; 0 where nothing varies.
        degrees: Its degrees of freedom.
        slack: By how much the instrument's steps may have moved it, either way.
    """

    estimate: float
    error: float
    degrees: float
    slack: float = 0.0

    @property
    def ratio(self) -> float:
        """The ratio itself."""
        return math.exp(self.estimate)

    def chance(self) -> float:
        """How likely a ratio as far from 1 as this is where the truth is 1 (two-sided)."""
        beyond = abs(self.estimate) - self.slack
        if beyond <= 0:
            return 1.0
        return chance_beyond(beyond / self.error, self.degrees) if self.error else 0.0

    def interval(self, level: float) -> Interval:
        """Where the ratio lies, but for a chance of `level`: with 1 in it where that is less.

        Args:
            level: Such as 0.05 for an interval of 95 % confidence.
        """
        reach = self.slack + (t_beyond(level, self.degrees) * self.error if self.error else 0.0)
        return Interval(_exp(self.estimate - reach), _exp(self.estimate + reach))


def log_ratio(before: Sampled, after: Sampled) -> LogRatio:
    """The logarithm of `after` for one of `before`, of forks that know nothing of each other."""
    variances = (before.variance, after.variance)
    total = sum(variances)
    freedoms = (len(before.forks) - 1, len(after.forks) - 1)
    degrees = float(sum(freedoms))
    if total:
        shares = [it / total for it in variances]
        degrees = 1 / sum(it**2 / own for it, own in zip(shares, freedoms, strict=True))
    step = max(before.step, after.step)
    return LogRatio(
        math.log(after.value / before.value),
        math.sqrt(total),
        math.floor(degrees * _PARTS_OF_A_DEGREE + _ROUNDING) / _PARTS_OF_A_DEGREE,
        math.log1p(step / min(before.value, after.value)),
    )


def _exp(value: float) -> float:
    """Never 0 and never endless, so that it stays a number in JSON."""
    return math.exp(max(-700.0, min(700.0, value)))
