"""How sure a figure is: intervals over forks and over samples, as pure functions."""

from latprobe.stats.binomial import quantile_ranks
from latprobe.stats.correlation import lag_one_correlation
from latprobe.stats.distribution import Distribution, ScriptedDistribution, resolution_ns
from latprobe.stats.interval import Interval
from latprobe.stats.quantile import (
    count_needed,
    quantile_interval,
    quantile_rank,
    samples_beyond,
)
from latprobe.stats.rates import expected_events, is_more_frequent
from latprobe.stats.sectioned import sectioned_interval
from latprobe.stats.share import share_interval
from latprobe.stats.student import critical_t, mean_interval

__all__ = [
    "Distribution",
    "Interval",
    "ScriptedDistribution",
    "count_needed",
    "critical_t",
    "expected_events",
    "is_more_frequent",
    "lag_one_correlation",
    "mean_interval",
    "quantile_interval",
    "quantile_rank",
    "quantile_ranks",
    "resolution_ns",
    "samples_beyond",
    "sectioned_interval",
    "share_interval",
]
