"""How sure a figure is: intervals over forks and over samples, as pure functions."""

from latprobe.stats.binomial import quantile_ranks
from latprobe.stats.correlation import lag_one_correlation
from latprobe.stats.distribution import Distribution, ScriptedDistribution, resolution_ns
from latprobe.stats.family import levels
from latprobe.stats.interval import Interval
from latprobe.stats.quantile import (
    count_needed,
    quantile_interval,
    quantile_rank,
    samples_beyond,
)
from latprobe.stats.rates import expected_events, is_more_frequent
from latprobe.stats.ratio import FEWEST_FORKS, LogRatio, Sampled, log_ratio
from latprobe.stats.sectioned import sectioned_interval
from latprobe.stats.share import share_interval
from latprobe.stats.student import critical_t, mean_interval
from latprobe.stats.welch import chance_beyond, t_beyond

__all__ = [
    "FEWEST_FORKS",
    "Distribution",
    "Interval",
    "LogRatio",
    "Sampled",
    "ScriptedDistribution",
    "chance_beyond",
    "count_needed",
    "critical_t",
    "expected_events",
    "is_more_frequent",
    "lag_one_correlation",
    "levels",
    "log_ratio",
    "mean_interval",
    "quantile_interval",
    "quantile_rank",
    "quantile_ranks",
    "resolution_ns",
    "samples_beyond",
    "sectioned_interval",
    "share_interval",
    "t_beyond",
]
