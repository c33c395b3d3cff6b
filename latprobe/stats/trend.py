"""How fast something grows, by a series of values that follow each other in time.

Neighbours in such a series are alike: noise comes in waves, and memory is taken in steps and kept.
A line fitted as if they were independent calls every wave a trend. P. Perron and T. Yabu,
"Estimating deterministic trends with an integrated or stationary noise component", Journal of
Econometrics 151, 2009, fit the line to the quasi-differences y_t - r·y_(t-1), with r the
correlation of neighbours around the line, and taken for 1 where it may be that. With r = 1 the
slope is the mean of the steps, so that a single large step proves nothing; with r = 0 it is the
usual regression, which sees a small slope early. Here r is an upper bound of one standard error,
since one that is taken for too small makes waves into trends. The interval is Student's.

Memory is of the second sort by its nature: r is 1. It also comes in steps that grow rarer, while a
target is on its way to all that it ever keeps. Such steps are no draws of one distribution, and
their mean is no rate at which anything goes on. So a growth has to be there in the later half of
the values as well.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from latprobe.stats.interval import Interval
from latprobe.stats.welch import t_beyond

if TYPE_CHECKING:
    import numpy.typing as npt

    Values = npt.NDArray[np.floating[Any]]

FEWEST_VALUES: Final = 20
"""With fewer, how much neighbours are alike cannot be told."""

_EXACT: Final = 1e-12
"""Of the values' own size: what is left of a straight line by rounding."""


@dataclass(frozen=True)
class Trend:
    """A slope, per unit of time, and where it lies.

    Attributes:
        slope: The best guess.
        interval: Where the true one lies with the chosen confidence.
    """

    slope: float
    interval: Interval


def trend(times: Sequence[float], values: Sequence[float], confidence: float) -> Trend:
    """The slope of `values` over `times`, which rise.

    Args:
        times: In any unit.
        values: One for each.
        confidence: Between 0 and 1.

    Raises:
        ValueError: for fewer than `FEWEST_VALUES`, or not as many of one as of the other.
    """
    x, y = _checked(times, values)
    size = float(np.abs(y).max()) or 1.0
    x, y = x - x.mean(), y - y.mean()
    design = np.column_stack([np.ones_like(x), x])
    slope, _, left = _fit(design, y)
    if math.sqrt(float(left @ left)) <= _EXACT * size * len(x):
        return Trend(slope, Interval(slope, slope))
    correlation = _correlation(left)
    if correlation == 1.0:
        return _mean_step(x, y, confidence)
    # The first value stands for those before it, so that its weight is theirs.
    first = math.sqrt(1 - correlation**2)
    design = np.vstack([first * design[:1], design[1:] - correlation * design[:-1]])
    y = np.concatenate([first * y[:1], y[1:] - correlation * y[:-1]])
    return _student(design, y, confidence)


def growth(times: Sequence[float], values: Sequence[float], confidence: float) -> Trend:
    """The slope of what, once taken, stays, as memory does.

    The interval begins no higher than that of the later half does by itself.

    Args:
        times: In any unit; they rise.
        values: One for each.
        confidence: Between 0 and 1.

    Raises:
        ValueError: for fewer than `FEWEST_VALUES`, or not as many of one as of the other.
    """
    x, y = _checked(times, values)
    half = len(x) // 2
    whole = _mean_step(x, y, confidence)
    later = _mean_step(x[half:], y[half:], confidence)
    low = min(whole.interval.low, later.interval.low)
    return Trend(whole.slope, Interval(low, whole.interval.high))


def _checked(times: Sequence[float], values: Sequence[float]) -> "tuple[Values, Values]":
    if len(times) != len(values) or len(times) < FEWEST_VALUES:
        raise ValueError(f"{len(times)} times and {len(values)} values")
    return np.asarray(times, dtype=float), np.asarray(values, dtype=float)


def _mean_step(x: "Values", y: "Values", confidence: float) -> Trend:
    return _student(np.diff(x)[:, None], np.diff(y), confidence)


def _student(design: "Values", y: "Values", confidence: float) -> Trend:
    slope, error, _ = _fit(design, y)
    reach = t_beyond(1 - confidence, len(y) - design.shape[1]) * error
    return Trend(slope, Interval(slope - reach, slope + reach))


def _fit(design: "Values", y: "Values") -> tuple[float, float, "Values"]:
    """Least squares: the last coefficient, its standard error, and what is left."""
    coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
    left = y - design @ coefficients
    variance = float(left @ left) / (len(y) - design.shape[1])
    covariance = variance * np.linalg.inv(design.T @ design)
    return float(coefficients[-1]), math.sqrt(max(0.0, float(covariance[-1, -1]))), left


def _correlation(left: "Values") -> float:
    """Of neighbours around a fitted line.

    Corrected for its bias of the first order in 1/n, one standard error more, and 1 where that lies
    within 1/√n of it.
    """
    n = len(left)
    raw = float(left[1:] @ left[:-1]) / float(left[:-1] @ left[:-1])
    corrected = raw + (2 + 4 * raw) / n
    likely = corrected + math.sqrt(max(0.0, 1 - corrected**2) / n)
    return 1.0 if 1 - likely < 1 / math.sqrt(n) else max(0.0, likely)
