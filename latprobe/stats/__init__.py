"""How sure a figure is: intervals over forks and over samples, as pure functions.

What needs numpy (`signed_rank`, `power`, `change_points`) is imported from its own file: it takes
a quarter of a second, which commands that do without should not wait for.
"""

from latprobe.stats.binomial import quantile_ranks
from latprobe.stats.correlation import lag_one_correlation
from latprobe.stats.distribution import Distribution, ScriptedDistribution, resolution_ns
from latprobe.stats.family import levels
from latprobe.stats.interpolated import interpolated_quantile_ns
from latprobe.stats.interval import Interval
from latprobe.stats.paired import chunk_log_ratio, log_ratios
from latprobe.stats.quantile import (
    count_needed,
    quantile_interval,
    quantile_rank,
    samples_beyond,
)
from latprobe.stats.rates import expected_events, is_more_frequent
from latprobe.stats.ratio import LogRatio, Sampled, log_ratio
from latprobe.stats.sectioned import sectioned_interval
from latprobe.stats.sequential import LOOKS, level_of_look
from latprobe.stats.share import share_interval
from latprobe.stats.student import FEWEST_FORKS, mean_interval
from latprobe.stats.welch import chance_beyond, t_beyond

__all__ = [
    "FEWEST_FORKS",
    "LOOKS",
    "Distribution",
    "Interval",
    "LogRatio",
    "Sampled",
    "ScriptedDistribution",
    "chance_beyond",
    "chunk_log_ratio",
    "count_needed",
    "expected_events",
    "interpolated_quantile_ns",
    "is_more_frequent",
    "lag_one_correlation",
    "level_of_look",
    "levels",
    "log_ratio",
    "log_ratios",
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
