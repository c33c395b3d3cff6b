"""Trends: how often they are found where there is none, and what they say of one."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.stats.trend import FEWEST_VALUES, Trend, growth, trend

COUNT = 60
ROUNDS = 1_000
CONFIDENCE = 0.95

Noise = Callable[[np.random.Generator], npt.NDArray[np.float64]]
Slope = Callable[[Sequence[float], Sequence[float], float], Trend]

SLOPES = pytest.mark.parametrize("slope_of", [trend, growth])


def waves(correlation: float) -> Noise:
    def noise(dice: np.random.Generator) -> npt.NDArray[np.float64]:
        values, last = np.zeros(COUNT + 100), 0.0
        for index, shock in enumerate(dice.standard_normal(len(values))):
            last = correlation * last + shock
            values[index] = last
        return values[100:]

    return noise


def one_step(dice: np.random.Generator) -> npt.NDArray[np.float64]:
    return (np.arange(COUNT) >= dice.integers(1, COUNT)).astype(float)


def steps_that_grow_rarer(dice: np.random.Generator) -> npt.NDArray[np.float64]:
    """Pages of a working set that fills: half as many in each tenth of the time as before."""
    expected = 8 * 0.5 ** (np.arange(COUNT) * 10 / COUNT) * 10 / COUNT
    return dice.poisson(expected).cumsum().astype(float)


def a_leak_by_pages(dice: np.random.Generator) -> npt.NDArray[np.float64]:
    return dice.poisson(0.5, COUNT).cumsum().astype(float)


def share_of_rises(slope_of: Slope, noise: Noise) -> float:
    dice = np.random.default_rng(1)
    times = list(range(COUNT))
    found = (slope_of(times, noise(dice).tolist(), CONFIDENCE) for _ in range(ROUNDS))
    return sum(it.interval.low > 0 for it in found) / ROUNDS


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8, 0.95])
def test_waves_are_no_trend(correlation: float) -> None:
    assert share_of_rises(trend, waves(correlation)) < 0.04  # 0.025 and chance


def test_a_random_walk_of_what_is_kept_is_no_trend() -> None:
    assert share_of_rises(growth, lambda dice: dice.standard_normal(COUNT).cumsum()) < 0.04


def test_a_single_step_of_what_is_kept_is_no_trend() -> None:
    assert share_of_rises(growth, one_step) == 0.0


def test_a_working_set_that_fills_is_no_trend() -> None:
    assert share_of_rises(growth, steps_that_grow_rarer) < 0.04


def test_a_leak_of_a_page_now_and_then_is_one() -> None:
    assert share_of_rises(growth, a_leak_by_pages) > 0.9


def test_a_small_slope_in_independent_noise_is_found() -> None:
    dice = np.random.default_rng(1)
    values = 0.05 * np.arange(COUNT) + dice.standard_normal(COUNT)

    found = trend(range(COUNT), values.tolist(), CONFIDENCE)

    assert found.interval.low > 0
    assert found.interval.low < 0.05 < found.interval.high


@SLOPES
@given(st.floats(-1e6, 1e6), st.floats(-1e9, 1e9), st.integers(FEWEST_VALUES, 80))
def test_a_straight_line_is_known_exactly(
    slope_of: Slope, slope: float, start: float, count: int
) -> None:
    values = [start + slope * it for it in range(count)]

    found = slope_of(range(count), values, CONFIDENCE)

    # As exactly as the values themselves are held.
    close = 1e-9 * (abs(start) + abs(slope) * count) + 1e-9
    assert found.slope == pytest.approx(slope, abs=close)
    assert found.interval.low - close <= slope <= found.interval.high + close


@SLOPES
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=FEWEST_VALUES, max_size=40),
    st.floats(0.1, 10),
)
def test_the_slope_is_in_the_units_of_what_is_measured(
    slope_of: Slope, values: list[float], factor: float
) -> None:
    times = range(len(values))
    one = slope_of(times, values, CONFIDENCE)
    other = slope_of([it * 2.0 for it in times], [it * factor for it in values], CONFIDENCE)

    assert other.slope == pytest.approx(one.slope * factor / 2, rel=1e-6, abs=1e-6)
    assert other.interval.high == pytest.approx(one.interval.high * factor / 2, rel=1e-6, abs=1e-6)


@SLOPES
def test_too_few_values_have_no_trend(slope_of: Slope) -> None:
    with pytest.raises(ValueError, match="19 values"):
        slope_of(range(19), [0.0] * 19, CONFIDENCE)
