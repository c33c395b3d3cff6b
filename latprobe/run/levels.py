"""The levels of a run: what its forks say one by one, of which a disturbed one moves nothing."""

from collections.abc import Sequence
from fractions import Fraction
from statistics import median
from typing import Final

from latprobe.run.model import CostPass
from latprobe.run.sums import Times
from latprobe.stats import interpolated_quantile_ns

QUANTILES: Final = {
    "p50_ns": Fraction(50, 100),
    "p90_ns": Fraction(90, 100),
    "p99_ns": Fraction(99, 100),
    "p999_ns": Fraction(999, 1_000),
    "p9999_ns": Fraction(9_999, 10_000),
}
"""The quantiles of a figure, by its fields."""


def latency_levels(forks: Sequence[Times]) -> dict[str, float]:
    """For the mean and each quantile, the median over the forks of each one's own.

    Args:
        forks: Each fork's times of a row; all of them have some.
    """
    if not forks:
        return {}
    quantiles = {
        name: median(interpolated_quantile_ns(times.histogram, quantile) for times in forks)
        for name, quantile in QUANTILES.items()
    }
    return {"mean_ns": median(times.mean_ns for times in forks), **quantiles}


def cost_levels(costs: Sequence[CostPass], *, is_whole: bool) -> dict[str, float]:
    """The same of each cost fork's median chunk, and of whole messages the throughput.

    Stalls of the machine fall into few chunks, of which the median has none.
    """
    if not costs:
        return {}
    cost_ns = median(cost.median_chunk_ns for cost in costs)
    throughput = {"throughput_per_s": 1e9 / cost_ns} if cost_ns and is_whole else {}
    return {"cost_ns": cost_ns, **throughput}
