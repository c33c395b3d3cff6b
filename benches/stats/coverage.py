"""How often intervals hold what is true, in simulated runs."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from typing import Final

import numpy as np
from msgspec import Struct

from benches.figure import Figure
from benches.stats.counts import Counts
from benches.stats.former import former_interval
from benches.stats.pool import Pool, pool_of
from benches.stats.population import POPULATIONS, Population
from benches.stats.section import Measured
from latprobe.stats import Interval, mean_interval, quantile_interval

CONFIDENCE: Final = 0.95
REACH: Final = 0.93
QUANTILES: Final = {
    "p50": Fraction(1, 2),
    "p99": Fraction(99, 100),
    "p99.9": Fraction(999, 1_000),
}
_FORKS: Final = (3, 4, 5, 10, 20)
_POOL_FORKS: Final = 2_000
_MESSAGES: Final = 10_000
_RUNS: Final = 2_000
_SEED: Final = 2


class Case(Struct, frozen=True):
    """Intervals of one figure of runs of so many forks.

    Widths are in parts of the true figure.

    Attributes:
        population: What was measured.
        figure: Of it.
        forks: Of each run.
        covered: The share of the intervals that hold the truth.
        width: The median width.
        wide: That which one in ten is wider than.
        former_covered: As `covered`, of the former method, and so on.
    """

    population: str
    figure: str
    forks: int
    covered: float
    width: float
    wide: float
    former_covered: float
    former_width: float
    former_wide: float


class Coverage(Struct, frozen=True):
    """All cases, each of so many runs with so many messages in each fork."""

    runs: int
    messages: int
    cases: tuple[Case, ...]


def measure(_: Counts) -> Measured:
    """Simulates all populations, always the same number of runs: fewer would say little."""
    cases: list[Case] = []
    figures = []
    with ProcessPoolExecutor() as processes:
        for found in processes.map(_all_cases, range(len(POPULATIONS))):
            population = found[0].population
            print(f"  {population}", file=sys.stderr)
            figures.append(figure_of(population, found))
            cases += found
    return Measured(figures, Coverage(_RUNS, _MESSAGES, tuple(cases)))


def _all_cases(number: int) -> list[Case]:
    population = POPULATIONS[number]
    return [*cases_of(population, _POOL_FORKS, _MESSAGES, _FORKS, _RUNS, _SEED)]


def figure_of(population: str, cases: Sequence[Case]) -> Figure:
    """The row of one population."""
    worst = min(cases, key=lambda it: it.covered)
    former = min(cases, key=lambda it: it.former_covered)
    words = (
        f"{100 * worst.covered:.1f} % of {worst.figure} of {worst.forks} forks, the least of "
        f"{len(cases)}; formerly {100 * former.former_covered:.1f} % of {former.figure} of "
        f"{former.forks}"
    )
    return Figure(
        f"coverage of intervals at {100 * CONFIDENCE:.0f} %: {population}",
        words,
        f"≥ {100 * REACH:.0f} % in every case",
        worst.covered >= REACH,
    )


def cases_of(
    population: Population,
    pool_forks: int,
    messages: int,
    forks: Sequence[int],
    runs: int,
    seed: int,
) -> Iterator[Case]:
    """Simulates runs of one population.

    Args:
        population: Which.
        pool_forks: Forks that are drawn; each run takes some of them.
        messages: Of each fork.
        forks: Of a run: a case for each.
        runs: Of each case.
        seed: Of everything that is drawn.
    """
    pool = pool_of(population, pool_forks, messages, seed)
    usual = pool
    if population.usual is not None:
        usual = pool_of(population, pool_forks, messages, seed, usual=True)
    truths = {name: float(usual.quantile(it)) for name, it in QUANTILES.items()}
    truths["mean"] = float(usual.means.mean())
    dice = np.random.default_rng(seed + 1)
    for count in forks:
        drawn = [_intervals(pool, dice, count) for _ in range(runs)]
        for name, truth in truths.items():
            pairs = [it[name] for it in drawn]
            now = _held([it for it, _ in pairs], truth)
            former = _held([it for _, it in pairs], truth)
            yield Case(population.name, name, count, *now, *former)


def _intervals(
    pool: Pool, dice: np.random.Generator, count: int
) -> dict[str, tuple[Interval, Interval]]:
    """The intervals of one run, and by its side the former ones."""
    indices = pool.draw(dice, count)
    forks, merged = pool.forks(indices), pool.merged(indices)
    of_mean = mean_interval(pool.means[indices].tolist(), CONFIDENCE)
    return {"mean": (of_mean, of_mean)} | {
        name: (
            quantile_interval(merged, forks, quantile, CONFIDENCE),
            former_interval(merged, forks, quantile, CONFIDENCE),
        )
        for name, quantile in QUANTILES.items()
    }


def _held(intervals: Sequence[Interval], truth: float) -> tuple[float, float, float]:
    """Which share holds the truth; the median width, and that which one in ten is wider than."""
    held = sum(it.low <= truth <= it.high for it in intervals)
    widths = [(it.high - it.low) / truth for it in intervals]
    median, wide = np.quantile(widths, (0.5, 0.9))
    return held / len(intervals), float(median), float(wide)
